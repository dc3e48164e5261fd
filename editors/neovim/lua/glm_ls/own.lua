--- Ghost text on Neovim 0.11, which cannot ask for inline completion by itself.
---
--- Insert mode is in one buffer at a time, so there is one ghost at most: a place that was asked
--- about and the items that came for it, as long as the text typed since begins one of them.
--- Columns are bytes, rows are counted from 0.

local api, lsp = vim.api, vim.lsp
local part_of = require('glm_ls.part')

--- Told to the server, so that it offers no menu items and leaves waiting to us.
local M = { capabilities = { textDocument = { inlineCompletion = { dynamicRegistration = false } } } }

local METHOD = 'textDocument/inlineCompletion'
local INVOKED, AUTOMATIC = 1, 2
local PAUSE_MS = 75
local HIGHLIGHT = 'ComplHint' -- the name that Neovim 0.12 uses
local namespace = api.nvim_create_namespace('glm_ls.ghost')
local group = api.nvim_create_augroup('glm_ls.ghost', {})
local timer = assert(vim.uv.new_timer())

---@class glm_ls.Item
---@field from integer column where the text starts
---@field text string
---@field behind string what stands behind the replaced text, up to the end of the line
---@field command? lsp.Command

---@class glm_ls.Ghost
---@field client vim.lsp.Client
---@field buf integer
---@field tick integer state of the buffer that was asked about
---@field row integer
---@field col integer
---@field request? integer
---@field items glm_ls.Item[] empty until the answer is there; the first that fits is shown

---@type glm_ls.Ghost?
local ghost

---@return integer row, integer col, string line
local function cursor()
  local row, col = unpack(api.nvim_win_get_cursor(0))
  return row - 1, col, api.nvim_get_current_line()
end

local function hide() api.nvim_buf_clear_namespace(ghost.buf, namespace, 0, -1) end

--- Stops asking and showing.
local function drop()
  timer:stop()
  if not ghost then return end
  if ghost.client.requests[ghost.request] then ghost.client:cancel_request(ghost.request) end
  if api.nvim_buf_is_valid(ghost.buf) then hide() end
  ghost = nil
end

--- Returns what an item would put at the cursor, and up to which column it replaces the line;
--- nil if it does not go on from what is typed, or has nothing to add.
---@param item glm_ls.Item
---@return string? rest, integer? to
local function remainder(item)
  local row, col, line = cursor()
  local typed, to = line:sub(item.from + 1, col), #line - #item.behind
  local rest = item.text:sub(#typed + 1)
  local fits = api.nvim_get_current_buf() == ghost.buf and row == ghost.row and col >= ghost.col
    and to >= col and vim.startswith(item.text, typed) and vim.endswith(line, item.behind)
  if fits and rest ~= line:sub(col + 1, to) then return rest, to end
end

---@return glm_ls.Item? item, string? rest, integer? to
local function current()
  for _, item in ipairs(ghost and ghost.items or {}) do
    local rest, to = remainder(item)
    if rest then return item, rest, to end
  end
end

--- Shows the first item that fits; returns whether there is one.
local function draw()
  local item, rest, to = current()
  if not item then return false end
  local row, col, line = cursor()
  local behind = line:sub(col + 1)
  local function painted(text) return { { text, HIGHLIGHT } } end
  local lines = vim.tbl_map(painted, vim.split(rest, '\n'))
  -- Tabs are expanded in virtual lines, but not inside a line.
  lines[1][1][1] = lines[1][1][1]:gsub('\t', (' '):rep(vim.bo.tabstop))
  -- Where the item replaces text, or moves it to another line, all behind the cursor is redrawn.
  local covers = to > col or (#lines > 1 and behind ~= '')
  if covers then
    local width = api.nvim_strwidth(behind) - api.nvim_strwidth(lines[1][1][1])
    table.insert(lines[#lines], { item.behind })
    table.insert(lines[1], { (' '):rep(width) })
  end
  local first = table.remove(lines, 1)
  local where = covers and 'overlay' or 'inline'
  local mark = { id = 1, virt_text = first, virt_text_pos = where, hl_mode = 'combine' }
  mark.virt_lines = #lines > 0 and lines or nil
  api.nvim_buf_set_extmark(ghost.buf, namespace, row, col, mark)
  return true
end

--- Turns what came for a place into items of that place; those that go elsewhere are dropped.
---@param result? lsp.InlineCompletionList|lsp.InlineCompletionItem[]
---@return glm_ls.Item[]
local function items_of(result)
  local line, encoding = api.nvim_get_current_line(), ghost.client.offset_encoding
  local here = { line = ghost.row, character = vim.str_utfindex(line, encoding, ghost.col) }
  local function column(place) return vim.str_byteindex(line, encoding, place.character, false) end
  local items = {}
  for _, item in ipairs(result and (result.items or result) or {}) do
    local range = item.range or { start = here, ['end'] = here }
    if range.start.line == ghost.row and range['end'].line == ghost.row then
      local text, behind = item.insertText:gsub('\r\n', '\n'), line:sub(column(range['end']) + 1)
      local from = column(range.start)
      table.insert(items, { from = from, text = text, behind = behind, command = item.command })
    end
  end
  return items
end

--- Asks about the cursor's place.
---@param kind integer
local function ask(client, buf, kind)
  drop()
  if api.nvim_get_current_buf() ~= buf or not api.nvim_get_mode().mode:find('^i') then return end
  local row, col = cursor()
  local tick = api.nvim_buf_get_changedtick(buf)
  local mine = { client = client, buf = buf, tick = tick, row = row, col = col, items = {} }
  local params = lsp.util.make_position_params(0, client.offset_encoding)
  params.context = { triggerKind = kind }
  ghost = mine
  _, mine.request = client:request(METHOD, params, function(_, result)
    if ghost ~= mine or api.nvim_buf_get_changedtick(buf) ~= tick then return end
    mine.items = items_of(result)
    draw()
  end, buf)
end

--- Keeps the ghost while the user types along it; asks anew, after a pause, when it is used up.
local function move(client, buf)
  local row, col = cursor()
  local tick = api.nvim_buf_get_changedtick(buf)
  if ghost and ghost.row == row and ghost.col == col and ghost.tick == tick then return end
  if draw() then return end
  drop()
  timer:start(PAUSE_MS, 0, vim.schedule_wrap(function() ask(client, buf, AUTOMATIC) end))
end

--- Requests go out as they are.
function M.through(rpc) return rpc end

--- Whether there is ghost text in the current buffer.
function M.is_shown() return current() ~= nil end

function M.attach(client, buf)
  M.detach(buf)
  api.nvim_set_hl(0, HIGHLIGHT, { link = 'NonText', default = true })
  local function on(events, act)
    api.nvim_create_autocmd(events, { group = group, buffer = buf, callback = act })
  end
  local function moved() move(client, buf) end
  on({ 'InsertEnter', 'CursorMovedI', 'TextChangedI', 'TextChangedP' }, moved)
  on({ 'InsertLeave', 'BufLeave' }, drop)
end

function M.detach(buf)
  if ghost and ghost.buf == buf then drop() end
  api.nvim_clear_autocmds({ group = group, buffer = buf })
end

---@param part? 'word'|'line'
function M.accept(part)
  local item, rest, to = current()
  if not item then return false end
  local client, buf, first = ghost.client, ghost.buf, part_of.first(rest, part)
  if first == rest then
    drop()
    part_of.insert(rest, to)
    if item.command then client:exec_cmd(item.command, { bufnr = buf }) end
  else
    part_of.insert(first)
    part_of.tell(client, item.text, #item.text - #rest + #first, item.command)
    draw()
  end
  return true
end

function M.dismiss()
  if not current() then return false end
  hide()
  ghost.items = {} -- and the place stays known, so that it is not asked about again
  return true
end

--- Shows the next item; asks for several where there is one at most.
function M.next()
  if ghost and #ghost.items > 1 then
    table.insert(ghost.items, table.remove(ghost.items, 1))
    return draw()
  end
  local client = lsp.get_clients({ name = 'glm_ls', bufnr = 0 })[1]
  if client then ask(client, api.nvim_get_current_buf(), INVOKED) end
  return client ~= nil
end

return M
