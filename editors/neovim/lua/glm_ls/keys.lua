--- Keys in insert mode that are ours only while there is something to do.

local api = vim.api
local M = {}

---@param keys string such as '<Tab>'
local function raw(keys)
  return api.nvim_replace_termcodes(keys, true, true, true)
end

--- Does what the key does without us: the global mapping of the key, or the key itself.
---@param lhs string
local function pass_on(lhs)
  local typed, mode = raw(lhs), 'in'
  for _, map in ipairs(api.nvim_get_keymap('i')) do
    if map.lhsraw == typed then
      if map.expr == 1 then
        typed = map.callback and map.callback() or map.rhs and api.nvim_eval(map.rhs) or ''
        typed = map.replace_keycodes == 1 and raw(typed) or typed
      elseif map.callback then
        return map.callback()
      else
        typed = raw(map.rhs or '')
      end
      mode = map.noremap == 1 and 'in' or 'im'
      break
    end
  end
  api.nvim_feedkeys(typed, mode, false)
end

--- Binds a key in a buffer. Other mappings of the buffer are replaced, global ones only covered.
---@param buf integer
---@param lhs string|false
---@param act fun(): boolean false passes the key on
---@param desc string
function M.map(buf, lhs, act, desc)
  if not lhs then return end
  vim.keymap.set('i', lhs, function()
    if not act() then pass_on(lhs) end
  end, { buffer = buf, desc = desc })
end

---@param buf integer
---@param lhs string|false
function M.unmap(buf, lhs)
  -- The buffer may be gone, or somebody has unmapped the key already.
  if lhs then pcall(vim.keymap.del, 'i', lhs, { buffer = buf }) end
end

return M
