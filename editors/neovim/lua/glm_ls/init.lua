--- glm-ls in Neovim: binds keys to ghost text and next edits in the buffers that the server serves.

local api, lsp = vim.api, vim.lsp
local ghost = require('glm_ls.ghost')
local keys = require('glm_ls.keys')
local next_edit = require('glm_ls.next_edit')

--- Each function returns false where there was nothing to do.
local M = {
  --- Returns the reason of the server's status, or another field of it.
  status = require('glm_ls.status').status,
  --- Shows another suggestion, or asks for some.
  next = ghost.next,
  accept_word = function() return ghost.accept('word') end,
  accept_line = function() return ghost.accept('line') end,
  --- Hides the suggestion, else the next edit for good.
  dismiss = function() return ghost.dismiss() or next_edit.dismiss() end,
}

--- Takes the suggestion, else goes to the next edit or makes it.
function M.accept()
  local inserting = api.nvim_get_mode().mode:find('^i')
  return inserting and ghost.accept() or next_edit.accept()
end

---@class glm_ls.Options each function's key, false for none, and whether next edits are asked for
local options = {
  accept = '<Tab>',
  accept_word = '<M-Right>',
  accept_line = '<M-Down>',
  dismiss = '<C-]>',
  next = '<M-]>',
  next_edit = true,
}
local MODES = {
  accept = { 'i', 'n' }, accept_word = { 'i' }, accept_line = { 'i' }, dismiss = { 'i' },
  next = { 'i' },
}

--- Returns what is done with a buffer that glm-ls begins or ceases to serve.
---@param act fun(client: vim.lsp.Client, buf: integer)
local function on_ours(act)
  return function(event)
    local client = lsp.get_client_by_id(event.data.client_id)
    if client and client.name == 'glm_ls' then act(client, event.buf) end
  end
end

local function attach(client, buf)
  ghost.attach(client, buf)
  if options.next_edit then next_edit.attach(client, buf) end
  for name, modes in pairs(MODES) do
    keys.map(buf, modes, options[name], M[name], 'glm-ls: ' .. name)
  end
end

local function detach(_, buf)
  ghost.detach(buf)
  next_edit.detach(buf)
  for name, modes in pairs(MODES) do keys.unmap(buf, modes, options[name]) end
end

--- Waits for buffers that the server serves, or should.
function M.listen()
  local group = api.nvim_create_augroup('glm_ls', {})
  local check = function(event) require('glm_ls.life').check(event.buf) end
  api.nvim_create_autocmd('FileType', { group = group, callback = check })
  api.nvim_create_autocmd('LspAttach', { group = group, callback = on_ours(attach) })
  api.nvim_create_autocmd('LspDetach', { group = group, callback = on_ours(detach) })
end

--- Sets keys other than the usual ones, and enables the server.
---@param changes? glm_ls.Options
function M.setup(changes)
  options = vim.tbl_extend('force', options, changes or {})
  lsp.enable('glm_ls')
end

return M
