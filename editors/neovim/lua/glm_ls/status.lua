--- What the server says of itself: a status to ask for, messages of one line, texts to read.

local api, lsp = vim.api, vim.lsp
local M = { handlers = {} }

local STARTING = { kind = 'Inactive', reason = 'starting', message = '' }

--- What servers told last, by client; each status has a `kind` (Normal, Warning, Error, Inactive),
--- a `reason` (a slug such as `ready` or `key-rejected`) and a `message` for people.
M.told = {}
--- What is known where no server runs.
local without

--- Returns a field of the status of the current buffer's server, `reason` if none is named;
--- the empty string where no server is wanted.
---@param field? 'kind'|'reason'|'message'
---@return string
function M.status(field)
  local client = lsp.get_clients({ name = 'glm_ls', bufnr = 0 })[1]
  local status = client and (M.told[client.id] or STARTING) or without
  return status and vim.bo.buftype == '' and status[field or 'reason'] or ''
end

--- Sets the status that holds where no server runs; without a kind there is nothing to tell.
function M.set(kind, reason, message)
  without = kind and { kind = kind, reason = reason, message = message }
  vim.cmd.redrawstatus({ bang = true })
end

function M.handlers.didChangeStatus(_, status, context)
  M.told[context.client_id] = status
  M.set()
end

--- Cuts a message to what the command line holds: more would stop the user with a prompt.
local function on_one_line(message)
  local hint = '… (:checkhealth glm_ls)'
  local line, room = message:gsub('%s+', ' '), vim.v.echospace
  if vim.fn.strdisplaywidth(line) <= room then return line end
  return vim.fn.strcharpart(line, 0, room - vim.fn.strdisplaywidth(hint)) .. hint
end

--- Shows a message, once nothing overwrites it any more: in insert mode `-- INSERT --` would.
function M.say(message, level)
  local function say() vim.notify(on_one_line(message), level or vim.log.levels.INFO) end
  if not (vim.o.showmode and api.nvim_get_mode().mode:find('^i')) then return say() end
  local callback = vim.schedule_wrap(say)
  api.nvim_create_autocmd('ModeChanged', { pattern = 'i*:n', once = true, callback = callback })
end

M.handlers['window/showMessage'] = function(_, params)
  M.say(params.message, 5 - params.type) -- LSP counts down what Neovim counts up
end

--- Opens a text for reading, such as an explanation, beside the code.
M.handlers['glm-ls/showDocument'] = function(_, params)
  local buf = api.nvim_create_buf(false, true)
  api.nvim_buf_set_lines(buf, 0, -1, false, vim.split(vim.trim(params.text), '\n'))
  vim.bo[buf].filetype, vim.bo[buf].modifiable, vim.bo[buf].bufhidden = 'markdown', false, 'wipe'
  local win = api.nvim_open_win(buf, false, { split = 'below' })
  vim.wo[win].winbar, vim.wo[win].wrap = params.title:gsub('%%', '%%%%'), true
end

return M
