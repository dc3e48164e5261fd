--- The next edit, elsewhere in the buffer: asked for in a pause, marked, gone to and made.
---
--- One offer at most, for one state of one buffer: any change of it takes the offer back.

local api, lsp = vim.api, vim.lsp
local ghost = require('glm_ls.ghost')
local M = {}

local METHOD, GHOST_TEXT = 'glm-ls/nextEdit', 'textDocument/inlineCompletion'
local AUTOMATIC = 2
local PAUSE_MS = 400
local NEAR_LINES = 2
local namespace = api.nvim_create_namespace('glm_ls.next_edit')
local group = api.nvim_create_augroup('glm_ls.next_edit', {})
local timer = assert(vim.uv.new_timer())

---@class glm_ls.Offer
---@field client vim.lsp.Client
---@field buf integer
---@field tick integer state of the buffer that was asked about
---@field request? integer
---@field edit? { text: string, range: lsp.Range, command?: lsp.Command } nil until it is there

---@type glm_ls.Offer?
local offer

--- Stops asking and showing.
local function drop()
  timer:stop()
  local last = offer
  offer = nil
  if not last then return end
  if last.client.requests[last.request] then last.client:cancel_request(last.request) end
  if api.nvim_buf_is_valid(last.buf) then api.nvim_buf_clear_namespace(last.buf, namespace, 0, -1) end
end

--- Returns the offer that is for the current buffer as it is.
---@return glm_ls.Offer?
local function current()
  if not offer or offer.buf ~= api.nvim_get_current_buf() then return nil end
  return offer.tick == api.nvim_buf_get_changedtick(offer.buf) and offer or nil
end

--- Returns a place of the protocol as row and column in bytes, both from 0.
---@param place lsp.Position
local function place_of(place)
  local line = api.nvim_buf_get_lines(0, place.line, place.line + 1, false)[1] or ''
  return place.line, vim.str_byteindex(line, offer.client.offset_encoding, place.character, false)
end

local function mark(row, col, what)
  what.strict = false
  api.nvim_buf_set_extmark(offer.buf, namespace, row, col, what)
end

--- Marks what goes, and shows what comes beside it or, where it is several lines, below.
local function draw()
  local text, range = offer.edit.text, offer.edit.range
  local row, col = place_of(range.start)
  local end_row, end_col = place_of(range['end'])
  local lines = vim.tbl_map(
    function(line) return { { line, 'DiffAdd' } } end,
    vim.split(text:gsub('\n$', ''), '\r?\n')
  )
  mark(row, col, { end_row = end_row, end_col = end_col, hl_group = 'DiffDelete' })
  if row == end_row and #lines == 1 then
    mark(row, end_col, { virt_text = lines[1], virt_text_pos = 'inline' })
  elseif text ~= '' then
    mark(math.max(row, end_col == 0 and end_row - 1 or end_row), 0, { virt_lines = lines })
  end
  if row + 1 < vim.fn.line('w0') or row + 1 > vim.fn.line('w$') then
    mark(vim.fn.line('.') - 1, 0, { virt_text = { { '→ line ' .. row + 1, 'DiffAdd' } } })
  end
end

--- Whether an answer is under way that may be ghost text, which goes first.
local function awaits_ghost(client, buf)
  return vim.iter(pairs(client.requests)):any(function(_, request)
    return request.bufnr == buf and request.method == GHOST_TEXT and request.type == 'pending'
  end)
end

local function ask(client, buf)
  if api.nvim_get_current_buf() ~= buf or ghost.is_shown() then return end
  if awaits_ghost(client, buf) then
    return timer:start(PAUSE_MS, 0, vim.schedule_wrap(function() ask(client, buf) end))
  end
  drop()
  local mine = { client = client, buf = buf, tick = api.nvim_buf_get_changedtick(buf) }
  local params = lsp.util.make_position_params(0, client.offset_encoding)
  params.textDocument.version = lsp.util.buf_versions[buf]
  params.context = { triggerKind = AUTOMATIC }
  offer = mine
  _, mine.request = client:request(METHOD, params, function(_, result)
    local edit = result and result.edits and result.edits[1]
    if current() ~= mine or not edit then return end
    if edit.textDocument.uri ~= params.textDocument.uri then return end
    mine.edit = edit
    draw()
  end, buf)
end

function M.attach(client, buf)
  local later = vim.schedule_wrap(function() ask(client, buf) end)
  local function changed()
    drop()
    timer:start(PAUSE_MS, 0, later)
  end
  M.detach(buf)
  local events = { 'TextChanged', 'TextChangedI', 'TextChangedP' }
  api.nvim_create_autocmd(events, { group = group, buffer = buf, callback = changed })
  api.nvim_create_autocmd('BufLeave', { group = group, buffer = buf, callback = drop })
end

function M.detach(buf)
  if offer and offer.buf == buf then drop() end
  api.nvim_clear_autocmds({ group = group, buffer = buf })
end

--- Goes to the place; changes it if the cursor is there already. False if there is none.
function M.accept()
  local made, line = current(), vim.fn.line('.') - 1
  if not made or not made.edit then return false end
  local edit, range = made.edit, made.edit.range
  if line < range.start.line - NEAR_LINES or line > range['end'].line + NEAR_LINES then
    local row, col = place_of(range.start)
    vim.cmd("normal! m'") -- back with CTRL-O
    api.nvim_win_set_cursor(0, { row + 1, col })
    return true
  end
  drop()
  local change = { range = range, newText = edit.text }
  lsp.util.apply_text_edits({ change }, made.buf, made.client.offset_encoding)
  if edit.command then made.client:exec_cmd(edit.command, { bufnr = made.buf }) end
  return true
end

--- Hides it and asks for no such edit again. False if there is none.
function M.dismiss()
  local made = current()
  if not made or not made.edit then return false end
  drop()
  local told = made.edit.command and made.edit.command.arguments
  local rejected = { title = '', command = 'glm-ls.nextEdit.rejected', arguments = told }
  made.client:exec_cmd(rejected, { bufnr = made.buf })
  return true
end

return M
