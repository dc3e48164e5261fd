--- What the server says of itself: a status to ask for, messages of one line, texts to read.

local api, lsp = vim.api, vim.lsp
local M = { handlers = {} }

---@class glm_ls.Status
---@field kind 'Normal'|'Warning'|'Error'|'Inactive'
---@field reason string stable slug, such as 'ready' or 'key-rejected'
---@field message string sentence for people

---@type table<integer, glm_ls.Status> by client id
local told = {}
---@type glm_ls.Status? what is known where no server runs
local without

--- Returns a field of the status of the current buffer's server, `reason` if none is named;
--- the empty string where no server is wanted.
---@param field? 'kind'|'reason'|'message'
---@return string
function M.status(field)
  local client = lsp.get_clients({ name = 'glm_ls', bufnr = 0 })[1]
  local starting = { kind = 'Inactive', reason = 'starting', message = '' }
  local status = client and (told[client.id] or starting) or without
  return status and vim.bo.buftype == '' and status[field or 'reason'] or ''
end

--- Sets the status that holds where no server runs; none: there is nothing to tell.
---@param reason? string
---@param kind? string
---@param message? string
function M.set(reason, kind, message)
  without = reason and { kind = kind, reason = reason, message = message }
  vim.cmd.redrawstatus({ bang = true })
end

M.handlers.didChangeStatus = function(_, status, context)
  told[context.client_id] = status
  M.set()
end

--- Cuts a message to what the command line holds: more would stop the user with a prompt.
---@param message string
local function on_one_line(message)
  local hint = '… (:checkhealth glm_ls)'
  local line, room = message:gsub('%s+', ' '), vim.v.echospace
  if vim.fn.strdisplaywidth(line) <= room then return line end
  return vim.fn.strcharpart(line, 0, room - vim.fn.strdisplaywidth(hint)) .. hint
end

--- Shows a message, once nothing overwrites it any more.
---@param message string
---@param level? integer
function M.say(message, level)
  local function say() vim.notify(on_one_line(message), level or vim.log.levels.INFO) end
  -- In insert mode `-- INSERT --` would overwrite it before anybody has read it.
  if not (vim.o.showmode and api.nvim_get_mode().mode:find('^i')) then return say() end
  local done = vim.schedule_wrap(say)
  api.nvim_create_autocmd('ModeChanged', { pattern = 'i*:n', once = true, callback = done })
end

local LEVELS = { vim.log.levels.ERROR, vim.log.levels.WARN }

M.handlers['window/showMessage'] = function(_, params) M.say(params.message, LEVELS[params.type]) end

--- Opens a text for reading, such as an explanation, beside the code.
M.handlers['glm-ls/showDocument'] = function(_, params)
  local buf = api.nvim_create_buf(false, true)
  api.nvim_buf_set_lines(buf, 0, -1, false, vim.split(vim.trim(params.text), '\n'))
  vim.bo[buf].filetype, vim.bo[buf].modifiable, vim.bo[buf].bufhidden = 'markdown', false, 'wipe'
  local win = api.nvim_open_win(buf, false, { split = 'below' })
  vim.wo[win].winbar, vim.wo[win].wrap = params.title:gsub('%%', '%%%%'), true
end

return M
