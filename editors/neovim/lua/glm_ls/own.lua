--- Ghost text on Neovim 0.11: what we use of `vim.lsp.inline_completion`, which 0.12 brings.

local api = vim.api
local fit = require('glm_ls.fit')
local M = {}

local PAUSE_MS = 75
local HIGHLIGHT = 'ComplHint' -- it and the namespace are called as on 0.12
local namespace = api.nvim_create_namespace('nvim.lsp.inline_completion')
local items = {} -- the first is shown, as long as it fits

local function show()
  api.nvim_buf_clear_namespace(0, namespace, 0, -1)
  local rest, to = fit(items[1])
  if not rest then return end
  local row, col = unpack(api.nvim_win_get_cursor(0))
  local line = api.nvim_get_current_line()
  local lines = vim.tbl_map(function(text) return { { text, HIGHLIGHT } } end, vim.split(rest, '\n'))
  -- Tabs are expanded in virtual lines, but not inside a line.
  lines[1][1][1] = lines[1][1][1]:gsub('\t', (' '):rep(vim.bo.tabstop))
  -- Where the item replaces text, or moves it to another line, all behind the cursor is redrawn.
  local covers = to > col or (#lines > 1 and #line > col)
  if covers then
    local width = api.nvim_strwidth(line:sub(col + 1)) - api.nvim_strwidth(lines[1][1][1])
    table.insert(lines[#lines], { line:sub(to + 1) })
    table.insert(lines[1], { (' '):rep(width) })
  end
  local mark = { virt_text = table.remove(lines, 1), virt_lines = lines, hl_mode = 'combine' }
  mark.virt_text_pos = covers and 'overlay' or 'inline'
  api.nvim_buf_set_extmark(0, namespace, row - 1, col, mark)
end

local function hear(result, client)
  items = result.items
  for _, item in ipairs(items) do item.client_id, item.insert_text = client.id, item.insertText end
  show()
end

local asking = require('glm_ls.ask')('textDocument/inlineCompletion', PAUSE_MS, namespace, hear)

local function follow()
  asking.later()
  show()
end

local function drop()
  asking.stop()
  items = {}
end

api.nvim_set_hl(0, HIGHLIGHT, { link = 'NonText', default = true })
api.nvim_create_autocmd({ 'InsertEnter', 'CursorMovedI', 'TextChangedI', 'TextChangedP' }, { callback = follow })
api.nvim_create_autocmd({ 'InsertLeave', 'BufLeave', 'LspDetach' }, { callback = drop })

function M.enable(is_on)
  if not is_on then drop() end -- it is always on, but this hides what is there
end

function M.get(opts)
  if not fit(items[1]) then return false end
  asking.stop()
  opts.on_accept(items[1])
  return true
end

function M.select()
  table.insert(items, table.remove(items, 1))
  show()
end

return M
