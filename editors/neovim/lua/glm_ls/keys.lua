--- Keys that are ours only while there is something to do.

local api = vim.api
local M = {}

---@param keys string such as '<Tab>'
local function raw(keys) return api.nvim_replace_termcodes(keys, true, true, true) end

--- Does what the key does without us: the global mapping of the key, or the key itself.
---@param mode string
---@param lhs string
local function pass_on(mode, lhs)
  local typed, flags = raw(lhs), 'in'
  for _, map in ipairs(api.nvim_get_keymap(mode)) do
    if map.lhsraw == typed then
      if map.expr == 1 then
        typed = map.callback and map.callback() or map.rhs and api.nvim_eval(map.rhs) or ''
        typed = map.replace_keycodes == 1 and raw(typed) or typed
      elseif map.callback then
        return map.callback()
      else
        typed = raw(map.rhs or '')
      end
      flags = map.noremap == 1 and 'in' or 'im'
      break
    end
  end
  api.nvim_feedkeys(typed, flags, false)
end

--- Binds a key in a buffer. Other mappings of the buffer are replaced, global ones only covered.
---@param buf integer
---@param modes string[]
---@param lhs string|false
---@param act fun(): boolean false passes the key on
---@param desc string
function M.map(buf, modes, lhs, act, desc)
  for _, mode in ipairs(lhs and modes or {}) do
    vim.keymap.set(mode, lhs, function()
      if not act() then pass_on(mode, lhs) end
    end, { buffer = buf, desc = desc })
  end
end

---@param buf integer
---@param modes string[]
---@param lhs string|false
function M.unmap(buf, modes, lhs)
  for _, mode in ipairs(lhs and modes or {}) do
    -- The buffer may be gone, or somebody has unmapped the key already.
    pcall(vim.keymap.del, mode, lhs, { buffer = buf })
  end
end

return M
