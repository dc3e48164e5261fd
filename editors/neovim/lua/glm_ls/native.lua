--- Ghost text on Neovim 0.12 and later, which asks and draws by itself.

local api, inline = vim.api, vim.lsp.inline_completion
local M = {}

--- Only what closes: with such a line end behind the cursor, an item reaches to the line's end.
local CLOSERS = [=[^[%s%)%]}>"'`;,:{]*$]=]

--- Moves the range of an item to where its line is now. Neovim 0.12.4 applies it as it came, so
--- that text typed since would stay behind the accepted text (neovim/neovim#36529).
local function fit(item)
  if not item.range or type(item.insert_text) ~= 'string' then return item end
  local row, col = unpack(api.nvim_win_get_cursor(0))
  local line = api.nvim_get_current_line()
  local start_row, start_col, _, end_col = item.range:to_extmark()
  local typed = line:sub(start_col + 1, col)
  if start_row ~= row - 1 or not vim.startswith(item.insert_text, typed) then return nil end
  local stop = line:find(CLOSERS, col + 1) and #line or math.max(end_col, col)
  item.range = vim.range(api.nvim_get_current_buf(), start_row, start_col, start_row, stop)
  item.insert_text = item.insert_text:gsub('\r\n', '\n')
  return item
end

---@param client vim.lsp.Client
---@param buf integer
function M.attach(client, buf)
  inline.enable(true, { bufnr = buf })
end

--- Neovim itself ends it.
function M.detach() end

function M.accept()
  local taken = false
  local shown = inline.get({
    on_accept = function(item)
      taken = true
      return fit(item)
    end,
  })
  -- Neovim takes it a moment later; what is typed at once must not come before.
  if shown then vim.wait(100, function() return taken end, 1) end
  return shown
end

--- Switching it off and on again is the one public way to hide a suggestion.
function M.dismiss()
  local shown = inline.is_enabled({ bufnr = 0 })
  inline.enable(false, { bufnr = 0 })
  inline.enable(shown, { bufnr = 0 })
  return shown
end

function M.next()
  inline.select()
  return true
end

return M
