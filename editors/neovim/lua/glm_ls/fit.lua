--- An item of inline completion goes in; what is left of it comes out, for the line as it is now.

local api = vim.api

--- Only what closes: with such a line end behind the cursor, an item reaches to the line's end.
local CLOSERS = [=[^[%s%)%]}>"'`;,:{]*$]=]

--- Returns what an item would put at the cursor, and up to which column it replaces the line;
--- nothing if it does not go on from what is typed, or has nothing to add.
---@param item? { insert_text: string, range: vim.Range }
---@return string? rest, integer? to
return function(item)
  if not item then return nil end
  local row, col = unpack(api.nvim_win_get_cursor(0))
  local line, range = api.nvim_get_current_line(), item.range
  local typed = line:sub(range.start_col + 1, col)
  local goes_on = range.start_row == row - 1 and range.start_col <= col
  if not goes_on or not vim.startswith(item.insert_text, typed) then return nil end
  local rest = item.insert_text:sub(#typed + 1)
  local to = line:find(CLOSERS, col + 1) and #line or math.max(range.end_col, col)
  if rest ~= line:sub(col + 1, to) then return rest, to end
end
