--- `:Glm …`: what is done by name. A table of names, each with what it does.

local api, lsp = vim.api, vim.lsp
local status = require('glm_ls.status')
local M = {}

local NOT_SERVED = 'glm-ls does not serve this buffer'

---@alias glm_ls.Call vim.api.keyset.create_user_command.command_args

--- Has the server of the current buffer run a command.
---@param command string
---@param argument table
local function run(command, argument)
  local client = lsp.get_clients({ name = 'glm_ls', bufnr = 0 })[1]
  if not client then return status.say(NOT_SERVED, vim.log.levels.WARN) end
  client:exec_cmd({ title = command, command = command, arguments = { argument } })
end

--- Runs an action on the lines of the command's range, or on the cursor's.
---@param name string
---@param call glm_ls.Call
---@param instruction? string
local function act(name, call, instruction)
  local first, last = call.line1 - 1, call.line2
  run('glm-ls.action', {
    action = name,
    uri = vim.uri_from_bufnr(0),
    range = { start = { line = first, character = 0 }, ['end'] = { line = last, character = 0 } },
    instruction = instruction,
  })
end

--- Sets when suggestions are made, for now and for servers that start later.
---@param mode 'auto'|'manual'
local function set_mode(mode)
  local settings = { ['glm-ls'] = { completion = { mode = mode } } }
  lsp.config('glm_ls', { settings = settings })
  for _, client in ipairs(lsp.get_clients({ name = 'glm_ls' })) do
    client.settings = vim.tbl_deep_extend('force', client.settings, settings)
    client:notify('workspace/didChangeConfiguration', { settings = client.settings })
  end
end

---@type table<string, fun(call: glm_ls.Call, rest: string)>
local COMMANDS = {
  auto = function() set_mode('auto') end,
  manual = function() set_mode('manual') end,
  restart = function() require('glm_ls.life').restart() end,
  review = function(call)
    run('glm-ls.review', call.bang and vim.empty_dict() or { uri = vim.uri_from_bufnr(0) })
  end,
  explain = function(call) act('explain', call) end,
  dismiss = function()
    for _, found in ipairs(vim.diagnostic.get(0, { lnum = vim.fn.line('.') - 1 })) do
      local id = vim.tbl_get(found, 'user_data', 'lsp', 'data', 'id')
      if found.source == 'glm' and id then
        run('glm-ls.dismiss', { uri = vim.uri_from_bufnr(0), id = id })
      end
    end
  end,
  rewrite = function(call, rest)
    if rest ~= '' then return act('rewrite', call, rest) end
    vim.ui.input({ prompt = 'Rewrite with GLM: ' }, function(words)
      if words and words ~= '' then act('rewrite', call, words) end
    end)
  end,
  status = function()
    local reason, message = status.status(), status.status('message')
    status.say(reason == '' and NOT_SERVED or ('glm-ls: %s (%s)'):format(message, reason))
  end,
}

---@param call glm_ls.Call
local function command(call)
  local name, rest = call.args:match('^(%S+)%s*(.*)$')
  if COMMANDS[name] then return COMMANDS[name](call, rest) end
  status.say('glm-ls has no command ' .. name, vim.log.levels.ERROR)
end

---@param lead string
---@param line string
local function complete(lead, line)
  if line:find('Glm!?%s+%S+%s') then return {} end
  local names = vim.fn.sort(vim.tbl_keys(COMMANDS))
  return vim.tbl_filter(function(name) return vim.startswith(name, lead) end, names)
end

function M.create()
  local options = { nargs = '+', range = true, bang = true, complete = complete, desc = 'glm-ls' }
  api.nvim_create_user_command('Glm', command, options)
end

return M
