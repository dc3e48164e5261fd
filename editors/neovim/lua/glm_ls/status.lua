--- What the server says of itself: a status to ask for, and messages of one line.

local lsp = vim.lsp
local M = { handlers = {} }

---@class glm_ls.Status
---@field kind 'Normal'|'Warning'|'Error'|'Inactive'
---@field reason string stable slug, such as 'ready' or 'key-rejected'
---@field message string sentence for people

---@type table<integer, glm_ls.Status> by client id
local told = {}

--- Returns a field of the status of the current buffer's server, `reason` if none is named;
--- the empty string where no server runs.
---@param field? 'kind'|'reason'|'message'
---@return string
function M.status(field)
  local client = lsp.get_clients({ name = 'glm_ls', bufnr = 0 })[1]
  if not client then return '' end
  local status = told[client.id] or { kind = 'Inactive', reason = 'starting', message = '' }
  return status[field or 'reason']
end

M.handlers.didChangeStatus = function(_, status, context)
  told[context.client_id] = status
  vim.cmd.redrawstatus({ bang = true })
end

--- Cuts a message to what the command line holds: more would stop the user with a prompt.
---@param message string
local function on_one_line(message)
  local hint = '… (:checkhealth glm_ls)'
  local line, room = message:gsub('%s+', ' '), vim.v.echospace
  if vim.fn.strdisplaywidth(line) <= room then return line end
  return vim.fn.strcharpart(line, 0, room - vim.fn.strdisplaywidth(hint)) .. hint
end

local LEVELS = {
  [lsp.protocol.MessageType.Error] = vim.log.levels.ERROR,
  [lsp.protocol.MessageType.Warning] = vim.log.levels.WARN,
}

---@param params lsp.ShowMessageParams
local function say(params)
  vim.notify(on_one_line(params.message), LEVELS[params.type] or vim.log.levels.INFO)
end

M.handlers['window/showMessage'] = function(_, params)
  -- In insert mode `-- INSERT --` would overwrite it before anybody has read it.
  if not (vim.o.showmode and vim.api.nvim_get_mode().mode:find('^i')) then return say(params) end
  vim.api.nvim_create_autocmd('ModeChanged', {
    pattern = 'i*:n',
    once = true,
    callback = vim.schedule_wrap(function() say(params) end),
  })
end

return M
