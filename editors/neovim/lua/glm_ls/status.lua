--- What the server says: its status, to be asked for, messages of one line, texts to read.

local api, lsp = vim.api, vim.lsp
local M = { handlers = {} }

local STARTING = { kind = 'Inactive', reason = 'starting', message = '' }
local told = {} -- what servers said last, by client

--- Returns a field of the status of the current buffer's server; '' where none is wanted.
---@param field? 'kind'|'reason'|'message' without it: the reason
function M.status(field)
  local client = lsp.get_clients({ name = 'glm_ls', bufnr = 0 })[1]
  local status = client and (told[client.id] or STARTING) or M.without
  return status and vim.bo.buftype == '' and status[field or 'reason'] or ''
end

--- Sets what holds where no server runs, or nothing.
function M.set(kind, reason, message)
  M.without = kind and { kind = kind, reason = reason, message = message }
  vim.cmd.redrawstatus({ bang = true })
end

function M.handlers.didChangeStatus(_, status, context)
  told[context.client_id] = status
  M.set()
end

--- Cuts a message to what the command line holds: more would stop the user with a prompt.
local function on_one_line(message)
  local line, hint = message:gsub('%s+', ' '), '… (:checkhealth glm_ls)'
  if api.nvim_strwidth(line) <= vim.v.echospace then return line end
  return vim.fn.strcharpart(line, 0, vim.v.echospace - api.nvim_strwidth(hint)) .. hint
end

--- Shows a message, once nothing overwrites it any more: in insert mode `-- INSERT --` would.
function M.say(message, level)
  local function say() vim.notify(on_one_line(message), level or vim.log.levels.INFO) end
  if not (vim.o.showmode and api.nvim_get_mode().mode:find('^i')) then return say() end
  api.nvim_create_autocmd('ModeChanged', { pattern = 'i*:n', once = true, callback = vim.schedule_wrap(say) })
end

--- Levels are counted the other way in LSP.
M.handlers['window/showMessage'] = function(_, params) M.say(params.message, 5 - params.type) end

--- Opens a text for reading, such as an explanation, beside the code.
M.handlers['glm-ls/showDocument'] = function(_, params)
  local buf = api.nvim_create_buf(false, true)
  api.nvim_buf_set_lines(buf, 0, -1, false, vim.split(vim.trim(params.text), '\n'))
  vim.bo[buf].filetype, vim.bo[buf].modifiable, vim.bo[buf].bufhidden = 'markdown', false, 'wipe'
  local win = api.nvim_open_win(buf, false, { split = 'below' })
  vim.wo[win].winbar, vim.wo[win].wrap = params.title:gsub('%%', '%%%%'), true
end

return M
