--- Ghost text on Neovim 0.12 and later, which asks and draws by itself.

local api, inline = vim.api, vim.lsp.inline_completion
local part_of = require('glm_ls.part')
local M = { capabilities = {} }

local METHOD = 'textDocument/inlineCompletion'
local INVOKED = 1
local namespace = api.nvim_create_namespace('nvim.lsp.inline_completion')
--- Only what closes: with such a line end behind the cursor, an item reaches to the line's end.
local CLOSERS = [=[^[%s%)%]}>"'`;,:{]*$]=]

--- Whether the next request is one by hand, and how many items the last one brought.
local by_hand, count = false, 0

--- Lets requests by hand through as such: Neovim itself never makes any.
function M.through(rpc)
  local request = rpc.request
  rpc.request = function(method, params, callback, ...)
    if method ~= METHOD then return request(method, params, callback, ...) end
    if by_hand then params.context.triggerKind, by_hand = INVOKED, false end
    return request(method, params, function(err, result, ...)
      count = result and #(result.items or result) or 0
      return callback(err, result, ...)
    end, ...)
  end
  return rpc
end

--- Moves the range of an item to where its line is now. Neovim 0.12.4 applies it as it came, so
--- that text typed since would stay behind the accepted text (neovim/neovim#36529).
---@return vim.lsp.inline_completion.Item? item, string? typed
local function fit(item)
  local row, col = unpack(api.nvim_win_get_cursor(0))
  local line = api.nvim_get_current_line()
  local start_row, start_col, end_col = row - 1, col, col
  if item.range then start_row, start_col, _, end_col = item.range:to_extmark() end
  local typed = line:sub(start_col + 1, col)
  if start_row ~= row - 1 or not vim.startswith(item.insert_text, typed) then return nil end
  local stop = line:find(CLOSERS, col + 1) and #line or math.max(end_col, col)
  item.range = vim.range(api.nvim_get_current_buf(), start_row, start_col, start_row, stop)
  item.insert_text = item.insert_text:gsub('\r\n', '\n')
  return item, typed
end

function M.attach(client, buf)
  inline.enable(true, { bufnr = buf })
end

--- Neovim itself ends it.
function M.detach() end

--- Whether there is ghost text in the current buffer.
function M.is_shown() return #api.nvim_buf_get_extmarks(0, namespace, 0, -1, { limit = 1 }) > 0 end

---@param part? 'word'|'line'
function M.accept(part)
  local taken = false
  local shown = inline.get({
    on_accept = function(item)
      taken = true
      if type(item.insert_text) ~= 'string' then return item end
      local fitted, typed = fit(item)
      local rest = fitted and item.insert_text:sub(#typed + 1)
      local first = rest and part_of.first(rest, part)
      if first == rest then return fitted end
      part_of.insert(first)
      local client = assert(vim.lsp.get_client_by_id(item.client_id))
      part_of.tell(client, item.insert_text, #typed + #first, item.command)
    end,
  })
  -- Neovim takes it a moment later; what is typed at once must not come before.
  if shown then vim.wait(100, function() return taken end, 1) end
  return shown
end

--- Switching it off and on again is the one public way to hide a suggestion.
function M.dismiss()
  local shown = M.is_shown()
  inline.enable(false, { bufnr = 0 })
  inline.enable(true, { bufnr = 0 })
  return shown
end

--- Shows the next item; asks for several where there is one at most.
function M.next()
  if count > 1 and M.is_shown() then
    inline.select()
  else
    by_hand = true
    api.nvim_exec_autocmds('CursorMovedI', { buffer = 0, modeline = false })
  end
  return true
end

return M
