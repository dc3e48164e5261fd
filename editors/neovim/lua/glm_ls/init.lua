--- glm-ls in Neovim: which keys do what, and which events lead to what.

local api, lsp = vim.api, vim.lsp
local ghost = require('glm_ls.ghost')
local keys = require('glm_ls.keys')
local next_edit = require('glm_ls.next_edit')

--- Each function returns false where there was nothing to do.
local M = {
  --- Returns the reason of the server's status, or another field of it.
  status = require('glm_ls.status').status,
  --- Takes the suggestion, else goes to the next edit or makes it.
  accept = function() return ghost.accept() or next_edit.accept() end,
  accept_word = function() return ghost.accept('word') end,
  accept_line = function() return ghost.accept('line') end,
  --- Hides the suggestion, else the next edit for good.
  dismiss = function() return ghost.dismiss() or next_edit.dismiss() end,
  --- Shows another suggestion, or asks for some.
  next = ghost.next,
}

---@class glm_ls.Options each function's key, false for none, and whether next edits are asked for
local options = {
  accept = '<Tab>',
  accept_word = '<M-Right>',
  accept_line = '<M-Down>',
  dismiss = '<C-]>',
  next = '<M-]>',
  next_edit = true,
}

local function attach(event)
  local client = lsp.get_client_by_id(event.data.client_id)
  if not client or client.name ~= 'glm_ls' then return end
  ghost.attach(event.buf)
  for name, key in pairs(options) do
    local modes = name == 'accept' and { 'i', 'n' } or { 'i' }
    if M[name] and key then keys.map(event.buf, modes, key, M[name], 'glm-ls: ' .. name) end
  end
end

--- Has things happen by themselves.
function M.listen()
  local group = api.nvim_create_augroup('glm_ls', {})
  local function on(events, act)
    api.nvim_create_autocmd(events, { group = group, callback = act })
  end
  on('FileType', function(event) require('glm_ls.life').check(event.buf) end)
  on('LspAttach', attach)
  on({ 'TextChanged', 'TextChangedI', 'TextChangedP' }, function()
    if options.next_edit then next_edit.follow() end
  end)
  on({ 'BufLeave', 'LspDetach' }, next_edit.drop)
end

--- Sets keys other than the usual ones, and enables the server.
---@param changes? glm_ls.Options
function M.setup(changes)
  options = vim.tbl_extend('force', options, changes or {})
  lsp.enable('glm_ls')
end

return M
