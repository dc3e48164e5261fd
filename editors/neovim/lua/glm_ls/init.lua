--- glm-ls in Neovim: starts the server and binds the keys of its ghost text.

local api, lsp = vim.api, vim.lsp
local keys = require('glm_ls.keys')
local M = {}

--- Neovim 0.12 draws ghost text by itself, 0.11 needs ours. Both modules have the same functions.
local ghost = require(lsp.inline_completion and 'glm_ls.native' or 'glm_ls.ghost')

---@class glm_ls.Options
---@field accept? string|false Key in insert mode that takes the whole suggestion.
---@field dismiss? string|false Key that hides it until the next change.
---@field next? string|false Key that shows another suggestion.
local defaults = { accept = '<Tab>', dismiss = '<C-]>', next = '<M-]>' }

--- Takes the suggestion; false if there is none.
M.accept = ghost.accept
--- Hides the suggestion; false if there is none.
M.dismiss = ghost.dismiss
--- Shows another suggestion; false if there is none and none could be asked for.
M.next = ghost.next
--- Returns the reason of the server's status, or another field of it.
M.status = require('glm_ls.status').status

---@param event { buf: integer, data: { client_id: integer } }
---@return vim.lsp.Client? client glm-ls, nil if the event is another client's
local function client_of(event)
  local client = lsp.get_client_by_id(event.data.client_id)
  return client and client.name == 'glm_ls' and client or nil
end

---@param options? glm_ls.Options
function M.setup(options)
  options = vim.tbl_extend('force', defaults, options or {})
  local group = api.nvim_create_augroup('glm_ls', {})
  api.nvim_create_autocmd('LspAttach', {
    group = group,
    callback = function(event)
      local client = client_of(event)
      if not client then return end
      ghost.attach(client, event.buf)
      for name in pairs(defaults) do
        keys.map(event.buf, options[name], M[name], 'glm-ls: ' .. name)
      end
    end,
  })
  api.nvim_create_autocmd('LspDetach', {
    group = group,
    callback = function(event)
      if not client_of(event) then return end
      ghost.detach(event.buf)
      for name in pairs(defaults) do
        keys.unmap(event.buf, options[name])
      end
    end,
  })
  lsp.config('glm_ls', { capabilities = ghost.capabilities })
  lsp.enable('glm_ls')
end

return M
