--- The next edit, elsewhere in the buffer: asked for in a pause, marked, gone to and made.

local api, lsp = vim.api, vim.lsp
local ghost = require('glm_ls.ghost')
local M = {}

local PAUSE_MS, NEAR_LINES = 400, 2
local namespace = api.nvim_create_namespace('glm_ls.next_edit')

local function mark(place, what)
  what.strict = false
  api.nvim_buf_set_extmark(0, namespace, place.line, place.character, what)
end

--- Marks what goes, and shows what comes beside it or, where it is several lines, below.
local function show(result)
  local edit = result.edits[1]
  if not edit then return nil end
  local first, last = edit.range.start, edit.range['end']
  local function added(text) return { { text, 'DiffAdd' } } end
  local lines = vim.tbl_map(added, vim.split(edit.text:gsub('\n$', ''), '\r?\n'))
  mark(first, { end_row = last.line, end_col = last.character, hl_group = 'DiffDelete' })
  if first.line == last.line and #lines == 1 then
    mark(last, { virt_text = lines[1], virt_text_pos = 'inline' })
  elseif edit.text ~= '' then
    mark(last, { virt_lines = lines, virt_lines_above = last.character == 0 and last.line > 0 })
  end
  if first.line + 1 < vim.fn.line('w0') or first.line + 1 > vim.fn.line('w$') then
    mark({ line = vim.fn.line('.') - 1, character = 0 }, { virt_text = added('→ line ' .. first.line + 1) })
  end
  return edit
end

--- Ghost text goes first, be it there or on its way.
local function is_busy(client)
  local function asks_ghost(_, request) return request.method == 'textDocument/inlineCompletion' end
  return ghost.is_shown() or vim.iter(pairs(client.requests)):any(asks_ghost)
end

local asking = require('glm_ls.ask')('glm-ls/nextEdit', PAUSE_MS, namespace, show, is_busy)
M.follow, M.drop = asking.later, asking.stop

--- Goes to the place; changes it if the cursor is there already. False if there is none.
function M.accept()
  local edit, client = asking.heard()
  if not edit then return false end
  local first, row = edit.range.start, vim.fn.line('.') - 1
  if row < first.line - NEAR_LINES or row > edit.range['end'].line + NEAR_LINES then
    vim.cmd("normal! m'") -- back with CTRL-O
    api.nvim_win_set_cursor(0, { first.line + 1, first.character })
    return true
  end
  M.drop()
  lsp.util.apply_text_edits({ { range = edit.range, newText = edit.text } }, vim.fn.bufnr(), client.offset_encoding)
  client:exec_cmd(edit.command)
  return true
end

--- Hides it and asks for no such edit again. False if there is none.
function M.dismiss()
  local edit, client = asking.heard()
  if not edit then return false end
  M.drop()
  client:exec_cmd({ title = '', command = 'glm-ls.nextEdit.rejected', arguments = edit.command.arguments })
  return true
end

return M
