--- `:Glm …`: what is done by name.

local lsp = vim.lsp
local status = require('glm_ls.status')

local NOT_SERVED = 'glm-ls does not serve this buffer'

--- Has the server of the current buffer run a command on the lines of the range, else at the cursor.
---@param call vim.api.keyset.create_user_command.command_args
---@param more? table what it is told besides
local function run(command, call, more)
  local client = lsp.get_clients({ name = 'glm_ls', bufnr = 0 })[1]
  if not client then return status.say(NOT_SERVED, vim.log.levels.WARN) end
  local first = { line = call.line1 - 1, character = 0 }
  local last = { line = call.range == 0 and first.line or call.line2, character = 0 }
  local place = { uri = vim.uri_from_bufnr(0), range = { start = first, ['end'] = last } }
  local arguments = { vim.tbl_extend('force', place, more or {}) }
  client:exec_cmd({ title = command, command = command, arguments = arguments })
end

--- Sets when suggestions are made, for now and for servers that start later.
local function set_mode(mode)
  lsp.config('glm_ls', { settings = { ['glm-ls'] = { completion = { mode = mode } } } })
  for _, client in ipairs(lsp.get_clients({ name = 'glm_ls' })) do
    client.settings = lsp.config.glm_ls.settings
    client:notify('workspace/didChangeConfiguration', { settings = client.settings })
  end
end

--- What is done by name, with the call and the words behind the name.
local COMMANDS = {
  auto = function() set_mode('auto') end,
  manual = function() set_mode('manual') end,
  restart = function() require('glm_ls.life').restart() end,
  review = function(call) run('glm-ls.review', call, call.bang and { uri = vim.NIL }) end,
  explain = function(call) run('glm-ls.action', call, { action = 'explain' }) end,
  dismiss = function(call) run('glm-ls.dismiss', call) end,
  rewrite = function(call, rest)
    local function rewrite(words)
      if (words or '') == '' then return end
      run('glm-ls.action', call, { action = 'rewrite', instruction = words })
    end
    if rest ~= '' then rewrite(rest) else vim.ui.input({ prompt = 'Rewrite with GLM: ' }, rewrite) end
  end,
  status = function()
    local reason, message = status.status(), status.status('message')
    status.say(reason == '' and NOT_SERVED or ('glm-ls: %s (%s)'):format(message, reason))
  end,
}

local function command(call)
  local name, rest = call.args:match('^(%S+)%s*(.*)$')
  if COMMANDS[name] then return COMMANDS[name](call, rest) end
  status.say('glm-ls has no command ' .. name, vim.log.levels.ERROR)
end

local function complete(lead)
  local names = vim.fn.sort(vim.tbl_keys(COMMANDS))
  return vim.tbl_filter(function(name) return vim.startswith(name, lead) end, names)
end

vim.api.nvim_create_user_command('Glm', command, { nargs = '+', range = true, bang = true, complete = complete })
