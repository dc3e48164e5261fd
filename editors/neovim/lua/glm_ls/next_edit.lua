--- The next edit, elsewhere in the buffer: asked for in a pause, marked, gone to and made.
---
--- One offer at most, for one state of one buffer: any change of it takes the offer back.

local api, lsp = vim.api, vim.lsp
local ghost = require('glm_ls.ghost')
local M = {}

local PAUSE_MS = 400
local NEAR_LINES = 2
local namespace = api.nvim_create_namespace('glm_ls.next_edit')

local function mark(row, col, what)
  api.nvim_buf_set_extmark(0, namespace, row, col, vim.tbl_extend('error', what, { strict = false }))
end

--- Marks what goes, and shows what comes beside it or, where it is several lines, below.
local function draw(asked)
  local edit = asked.result.edits[1]
  if not edit then return end
  local function added(text) return { { text, 'DiffAdd' } } end
  local lines = vim.tbl_map(added, vim.split(edit.text:gsub('\n$', ''), '\r?\n'))
  local first, last = edit.range.start, edit.range['end']
  local end_row, end_col = last.line, last.character
  mark(first.line, first.character, { end_row = end_row, end_col = end_col, hl_group = 'DiffDelete' })
  if first.line == end_row and #lines == 1 then
    mark(end_row, end_col, { virt_text = lines[1], virt_text_pos = 'inline' })
  elseif edit.text ~= '' then
    mark(math.max(first.line, end_col == 0 and end_row - 1 or end_row), 0, { virt_lines = lines })
  end
  if first.line + 1 < vim.fn.line('w0') or first.line + 1 > vim.fn.line('w$') then
    mark(vim.fn.line('.') - 1, 0, { virt_text = added('→ line ' .. first.line + 1) })
  end
end

--- Whether there is ghost text, or may be soon: it goes first.
local function is_ghost_s_turn(client)
  local function asks_ghost(_, request) return request.method == 'textDocument/inlineCompletion' end
  return ghost.is_shown() or vim.iter(pairs(client.requests)):any(asks_ghost)
end

local asking = require('glm_ls.ask')('glm-ls/nextEdit', PAUSE_MS, namespace, draw, is_ghost_s_turn)

--- Takes the offer back and, unless told not to, asks for another.
M.drop, M.follow = asking.stop, asking.later

--- Goes to the place; changes it if the cursor is there already. False if there is none.
function M.accept()
  local asked, row = asking.heard(), vim.fn.line('.') - 1
  local edit = asked and asked.result.edits[1]
  if not edit then return false end
  local first, last = edit.range.start, edit.range['end']
  if row < first.line - NEAR_LINES or row > last.line + NEAR_LINES then
    vim.cmd("normal! m'") -- back with CTRL-O
    api.nvim_win_set_cursor(0, { first.line + 1, first.character })
    return true
  end
  M.drop()
  local change = { range = edit.range, newText = edit.text }
  lsp.util.apply_text_edits({ change }, asked.buf, asked.client.offset_encoding)
  asked.client:exec_cmd(edit.command)
  return true
end

--- Hides it and asks for no such edit again. False if there is none.
function M.dismiss()
  local asked = asking.heard()
  local edit = asked and asked.result.edits[1]
  if not edit then return false end
  M.drop()
  local told = { title = '', command = 'glm-ls.nextEdit.rejected', arguments = edit.command.arguments }
  asked.client:exec_cmd(told)
  return true
end

return M
