--- A key goes in that is ours only while there is something to do; else it does what it did before.

local api = vim.api
local BEFORE = '<Plug>(glm_ls-before)'

local function raw(keys) return api.nvim_replace_termcodes(keys, true, true, true) end

--- Does what the key does without us: the global mapping of the key, or the key itself.
local function pass_on(lhs)
  for _, map in ipairs(api.nvim_get_keymap(api.nvim_get_mode().mode:sub(1, 1))) do
    if map.lhsraw == raw(lhs) then
      map.lhs, map.lhsraw, map.lhsrawalt = BEFORE, raw(BEFORE), nil
      vim.fn.mapset(map)
      return api.nvim_feedkeys(raw(BEFORE), 'im', false)
    end
  end
  api.nvim_feedkeys(raw(lhs), 'in', false)
end

--- Binds a key in a buffer. Other mappings of the buffer are replaced, global ones only covered.
---@param act fun(): boolean false passes the key on
return function(buf, modes, lhs, act, desc)
  local function press() return act() or pass_on(lhs) end
  vim.keymap.set(modes, lhs, press, { buffer = buf, desc = desc })
end
