--- glm-ls in Neovim: which keys do what, and which events lead to what.

local api, lsp = vim.api, vim.lsp
local bind = require('glm_ls.keys')
local ghost = require('glm_ls.ghost')
local next_edit = require('glm_ls.next_edit')

--- Each function returns false where there was nothing to do.
local M = {
  status = require('glm_ls.status').status,
  accept = function() return ghost.accept() or next_edit.accept() end,
  accept_word = function() return ghost.accept('word') end,
  accept_line = function() return ghost.accept('line') end,
  dismiss = function() return ghost.dismiss() or next_edit.dismiss() end,
  next = ghost.next,
}

--- Each function's key, false for none, and whether next edits are asked for.
local options = {
  accept = '<Tab>',
  accept_word = '<M-Right>',
  accept_line = '<M-Down>',
  dismiss = '<C-]>',
  next = '<M-]>',
  next_edit = true,
}

--- Sets keys other than the usual ones, and enables the server.
function M.setup(changes)
  options = vim.tbl_extend('force', options, changes or {})
  lsp.enable('glm_ls')
end

local function on(events, act) api.nvim_create_autocmd(events, { callback = act }) end

on('FileType', function() require('glm_ls.life').check() end)
on('LspAttach', function(event)
  local client = lsp.get_client_by_id(event.data.client_id)
  if not client or client.name ~= 'glm_ls' then return end
  ghost.attach(event.buf)
  for name, key in pairs(options) do
    local modes = name == 'accept' and { 'i', 'n' } or { 'i' }
    if M[name] and key then bind(event.buf, modes, key, M[name], 'glm-ls: ' .. name) end
  end
end)
on({ 'TextChanged', 'TextChangedI', 'TextChangedP' }, function()
  if options.next_edit then next_edit.follow() end
end)
on({ 'BufLeave', 'LspDetach' }, next_edit.drop)

return M
