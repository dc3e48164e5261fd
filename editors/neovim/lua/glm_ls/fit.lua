--- An item of inline completion goes in; what is left of it comes out, for the line as it is now.

--- Only what closes: with such a line end behind the cursor, an item reaches to the line's end.
local CLOSERS = [=[^[%s%)%]}>"'`;,:{]*$]=]

--- Returns what an item would put at the cursor, and up to which column it replaces the line;
--- nothing if it does not go on from what is typed, or has nothing to add.
---@param item? { insert_text: string, range: vim.Range|lsp.Range }
---@return string? rest, integer? to
return function(item)
  if not item then return nil end
  local row, col = unpack(vim.api.nvim_win_get_cursor(0))
  local line = vim.api.nvim_get_current_line()
  local range = item.range.to_lsp and item.range:to_lsp('utf-8') or item.range
  local from, to = range.start.character, math.max(range['end'].character, col)
  local typed = line:sub(from + 1, col)
  local goes_on = range.start.line == row - 1 and from <= col
  if not goes_on or not vim.startswith(item.insert_text, typed) then return nil end
  local rest = item.insert_text:sub(#typed + 1)
  if line:find(CLOSERS, col + 1) then to = #line end
  if rest ~= line:sub(col + 1, to) then return rest, to end
end
