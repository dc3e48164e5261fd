--- Ghost text, which Neovim 0.12 draws by itself and 0.11 by `own`: taken, hidden, exchanged.

local api, lsp = vim.api, vim.lsp
local fit = require('glm_ls.fit')
local inline = lsp.inline_completion or require('glm_ls.own')
local M = {}

local METHOD, INVOKED = 'textDocument/inlineCompletion', 1
local namespace = api.nvim_create_namespace('nvim.lsp.inline_completion')
local asked -- the place last asked about by hand: buffer, state of it, and cursor

--- What is taken of a text, with the blanks before it; signs that stand together are a word too.
local PARTS = {
  word = function(rest) return rest:match('^%s*[%w_\128-\255]+') or rest:match('^%s*[^%w_%s]+') end,
  line = function(rest) return rest:match('^\n*[^\n]+') end,
}

function M.attach(buf) inline.enable(true, { bufnr = buf }) end
function M.is_shown() return #api.nvim_buf_get_extmarks(0, namespace, 0, -1, { limit = 1 }) > 0 end

--- Puts a text where the cursor is, in place of the line up to a column.
local function insert(text, to)
  local row, col = unpack(api.nvim_win_get_cursor(0))
  local lines = vim.split(text, '\n')
  api.nvim_buf_set_text(0, row - 1, col, row - 1, to or col, lines)
  api.nvim_win_set_cursor(0, { row + #lines - 1, (#lines == 1 and col or 0) + #lines[#lines] })
end

--- Takes an item, or returns one of another server. Neovim 0.12.4 would apply it as it came, and
--- leave text typed since behind the accepted text (neovim/neovim#36529).
local function take(item, part)
  local client = assert(lsp.get_client_by_id(item.client_id))
  if client.name ~= 'glm_ls' then return item end
  local rest, to = fit(item)
  if not rest then return nil end
  local first = part and PARTS[part](rest) or rest
  insert(first, first == rest and to or nil)
  if first == rest then return client:exec_cmd(item.command) end
  local taken = item.insert_text:sub(1, #item.insert_text - #rest + #first)
  client:notify('textDocument/didPartiallyAcceptCompletion', {
    item = { insertText = item.insert_text, command = item.command },
    acceptedLength = vim.str_utfindex(taken, 'utf-16'),
  })
end

---@param part? 'word'|'line' nil: all
function M.accept(part)
  local is_there = inline.get({ on_accept = function(item) return take(item, part) end })
  -- Neovim hides and takes it a moment later; what is typed at once must not come before.
  return is_there and vim.wait(100, function() return not M.is_shown() end, 1)
end

--- Switching it off and on again is the one public way to hide a suggestion.
function M.dismiss()
  if not M.is_shown() then return false end
  inline.enable(false, { bufnr = 0 })
  inline.enable(true, { bufnr = 0 })
  return true
end

--- Asks for several items by hand, then shows one after the other.
function M.next()
  local client = lsp.get_clients({ name = 'glm_ls', bufnr = 0 })[1]
  if not client then return false end
  local before = asked
  asked = { api.nvim_get_current_buf(), vim.b.changedtick, unpack(api.nvim_win_get_cursor(0)) }
  if M.is_shown() and vim.deep_equal(asked, before) then return true, inline.select() end
  -- Neovim never asks by hand, so its next request is made one.
  local request = client.request
  client.request = function(self, method, params, ...)
    if method == METHOD then params.context.triggerKind, client.request = INVOKED, request end
    return request(self, method, params, ...)
  end
  api.nvim_exec_autocmds('CursorMovedI', { buffer = 0, modeline = false })
  return true
end

return M
