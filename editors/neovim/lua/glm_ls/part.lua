--- A suggestion and how much of it is wanted go in; what is put in, and told to the server, comes out.

local M = {}

local FIRST = {
  --- With the blanks before it; signs that stand together are a word too.
  word = function(rest) return rest:match('^%s*[%w_\128-\255]+') or rest:match('^%s*[^%w_%s]+') end,
  line = function(rest) return rest:match('^\n*[^\n]+') end,
}

--- Returns the beginning of a text.
---@param rest string
---@param part? 'word'|'line' nil: all
---@return string
function M.first(rest, part) return part and FIRST[part](rest) or rest end

--- Puts a text where the cursor is, in place of the line up to a column.
---@param text string
---@param to? integer
function M.insert(text, to)
  local row, col = unpack(vim.api.nvim_win_get_cursor(0))
  local lines = vim.split(text, '\n')
  vim.api.nvim_buf_set_text(0, row - 1, col, row - 1, to or col, lines)
  vim.api.nvim_win_set_cursor(0, { row + #lines - 1, (#lines == 1 and col or 0) + #lines[#lines] })
end

--- Tells the server that a suggestion was taken in part, up to a byte of its whole text.
---@param text string
---@param bytes integer
---@param command? lsp.Command the item's
function M.tell(client, text, bytes, command)
  client:notify('textDocument/didPartiallyAcceptCompletion', {
    item = { insertText = text, command = command },
    acceptedLength = vim.str_utfindex(text:sub(1, bytes), 'utf-16'),
  })
end

return M
