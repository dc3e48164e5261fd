--- The next edit, elsewhere in the buffer: asked for in a pause, marked, gone to and made.
---
--- One offer at most, for one state of one buffer: any change of it takes the offer back.

local api, lsp = vim.api, vim.lsp
local ghost = require('glm_ls.ghost')
local M = {}

local METHOD = 'glm-ls/nextEdit'
local AUTOMATIC = 2
local PAUSE_MS = 400
local NEAR_LINES = 2
local namespace = api.nvim_create_namespace('glm_ls.next_edit')
local group = api.nvim_create_augroup('glm_ls.next_edit', {})
local timer = assert(vim.uv.new_timer())

---@class glm_ls.Offer
---@field client vim.lsp.Client
---@field buf integer
---@field tick integer state of the buffer
---@field edit { text: string, range: lsp.Range, command?: lsp.Command }

---@type glm_ls.Offer?
local offer

local function clear()
  timer:stop()
  if offer and api.nvim_buf_is_valid(offer.buf) then
    api.nvim_buf_clear_namespace(offer.buf, namespace, 0, -1)
  end
  offer = nil
end

---@return glm_ls.Offer? offer the one for the current buffer as it is
local function current()
  local buf = api.nvim_get_current_buf()
  return offer and offer.buf == buf and api.nvim_buf_get_changedtick(buf) == offer.tick and offer or nil
end

--- Returns a place of the protocol as row and column in bytes, both from 0.
---@param place lsp.Position
local function place_of(place)
  local line = api.nvim_buf_get_lines(offer.buf, place.line, place.line + 1, false)[1] or ''
  return place.line, vim.str_byteindex(line, offer.client.offset_encoding, place.character, false)
end

--- Marks what goes, and shows what comes beside it or, where it is several lines, below.
local function draw()
  local range, lines = offer.edit.range, vim.split(offer.edit.text:gsub('\n$', ''), '\r?\n')
  local row, col = place_of(range.start)
  local end_row, end_col = place_of(range['end'])
  local is_whole = end_row > row and end_col == 0 -- whole lines, with their ends
  local last = is_whole and end_row - 1 or end_row
  local shown = vim.tbl_map(function(line) return { { line, 'DiffAdd' } } end, lines)
  local where = { end_row = end_row, end_col = end_col, hl_group = 'DiffDelete', strict = false }
  api.nvim_buf_set_extmark(offer.buf, namespace, row, col, where)
  if #lines > 1 or is_whole then
    local below = offer.edit.text ~= '' and shown or nil
    api.nvim_buf_set_extmark(offer.buf, namespace, last, 0, { virt_lines = below, strict = false })
  else
    local beside = { virt_text = shown[1], virt_text_pos = 'inline', strict = false }
    api.nvim_buf_set_extmark(offer.buf, namespace, end_row, end_col, beside)
  end
  if row + 1 < vim.fn.line('w0') or row + 1 > vim.fn.line('w$') then
    local hint = { { ('→ line %d'):format(row + 1), 'DiffAdd' } }
    api.nvim_buf_set_extmark(offer.buf, namespace, vim.fn.line('.') - 1, 0, { virt_text = hint })
  end
end

---@param client vim.lsp.Client
---@param buf integer
local function ask(client, buf)
  if api.nvim_get_current_buf() ~= buf or ghost.is_shown() then return end
  local tick = api.nvim_buf_get_changedtick(buf)
  local params = lsp.util.make_position_params(0, client.offset_encoding)
  params.textDocument.version = lsp.util.buf_versions[buf]
  params.context = { triggerKind = AUTOMATIC }
  client:request(METHOD, params, function(_, result)
    local edit = result and result.edits and result.edits[1]
    local stale = api.nvim_get_current_buf() ~= buf or api.nvim_buf_get_changedtick(buf) ~= tick
    if not edit or stale or edit.textDocument.uri ~= params.textDocument.uri then return end
    clear()
    offer = { client = client, buf = buf, tick = tick, edit = edit }
    draw()
  end, buf)
end

---@param client vim.lsp.Client
---@param buf integer
function M.attach(client, buf)
  M.detach(buf)
  api.nvim_create_autocmd({ 'TextChanged', 'TextChangedI', 'TextChangedP' }, {
    group = group,
    buffer = buf,
    callback = function()
      clear()
      timer:start(PAUSE_MS, 0, vim.schedule_wrap(function() ask(client, buf) end))
    end,
  })
  api.nvim_create_autocmd('BufLeave', { group = group, buffer = buf, callback = clear })
end

---@param buf integer
function M.detach(buf)
  if offer and offer.buf == buf then clear() end
  api.nvim_clear_autocmds({ group = group, buffer = buf })
end

--- Goes to the place; changes it if the cursor is there already. False if there is none.
function M.accept()
  local made = current()
  if not made then return false end
  local range, line = made.edit.range, vim.fn.line('.') - 1
  if line < range.start.line - NEAR_LINES or line > range['end'].line + NEAR_LINES then
    local row, col = place_of(range.start)
    vim.cmd("normal! m'") -- back with CTRL-O
    api.nvim_win_set_cursor(0, { row + 1, col })
    return true
  end
  clear()
  local change = { range = range, newText = made.edit.text }
  lsp.util.apply_text_edits({ change }, made.buf, made.client.offset_encoding)
  if made.edit.command then made.client:exec_cmd(made.edit.command, { bufnr = made.buf }) end
  return true
end

--- Hides it and asks for no such edit again. False if there is none.
function M.dismiss()
  local made = current()
  if not made then return false end
  clear()
  local command = made.edit.command
  local rejected = { title = '', command = 'glm-ls.nextEdit.rejected' }
  rejected.arguments = command and command.arguments
  made.client:exec_cmd(rejected, { bufnr = made.buf })
  return true
end

return M
