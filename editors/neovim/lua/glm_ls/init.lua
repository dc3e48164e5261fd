--- glm-ls in Neovim: binds keys to ghost text and next edits in the buffers that the server serves.

local api, lsp = vim.api, vim.lsp
local ghost = require('glm_ls.ghost')
local keys = require('glm_ls.keys')
local next_edit = require('glm_ls.next_edit')
local M = {}

---@class glm_ls.Options
---@field accept? string|false Key that takes the whole suggestion, or goes to the next edit.
---@field accept_word? string|false Key that takes a word of it.
---@field accept_line? string|false Key that takes a line of it.
---@field dismiss? string|false Key that hides it until the next change.
---@field next? string|false Key that shows another suggestion, and asks for one.
---@field next_edit? boolean Whether next edits are asked for.
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

local function is_inserting() return api.nvim_get_mode().mode:find('^i') ~= nil end

--- Takes the suggestion, else goes to the next edit or makes it; false if there is neither.
function M.accept() return is_inserting() and ghost.accept() or next_edit.accept() end
--- Takes a word of the suggestion; false if there is none.
function M.accept_word() return ghost.accept('word') end
--- Takes a line of the suggestion; false if there is none.
function M.accept_line() return ghost.accept('line') end
--- Hides the suggestion, else the next edit for good; false if there is neither.
function M.dismiss() return ghost.dismiss() or next_edit.dismiss() end
--- Shows another suggestion, or asks for some; false where nothing can be asked.
M.next = ghost.next
--- Returns the reason of the server's status, or another field of it.
M.status = require('glm_ls.status').status

---@param event { buf: integer, data: { client_id: integer } }
---@return vim.lsp.Client? client glm-ls, nil if the event is another client's
local function client_of(event)
  local client = lsp.get_client_by_id(event.data.client_id)
  return client and client.name == 'glm_ls' and client or nil
end

---@param event { buf: integer, data: { client_id: integer } }
local function attach(event)
  local client = client_of(event)
  if not client then return end
  ghost.attach(client, event.buf)
  if options.next_edit then next_edit.attach(client, event.buf) end
  for name, modes in pairs(MODES) do
    keys.map(event.buf, modes, options[name], M[name], 'glm-ls: ' .. name)
  end
end

---@param event { buf: integer, data: { client_id: integer } }
local function detach(event)
  if not client_of(event) then return end
  ghost.detach(event.buf)
  next_edit.detach(event.buf)
  for name, modes in pairs(MODES) do
    keys.unmap(event.buf, modes, options[name])
  end
end

--- Waits for buffers that the server serves, or should.
function M.listen()
  local group = api.nvim_create_augroup('glm_ls', {})
  local check = function(event) require('glm_ls.life').check(event.buf) end
  api.nvim_create_autocmd('FileType', { group = group, callback = check })
  api.nvim_create_autocmd('LspAttach', { group = group, callback = attach })
  api.nvim_create_autocmd('LspDetach', { group = group, callback = detach })
end

--- Sets keys other than the usual ones, and enables the server.
---@param changes? glm_ls.Options
function M.setup(changes)
  options = vim.tbl_extend('force', options, changes or {})
  lsp.enable('glm_ls')
end

return M
