--- The server's life: started for a buffer, started again after a crash, and given up in one message.

local lsp = vim.lsp
local status = require('glm_ls.status')
local M = {}

local PAUSES_MS, FORGOTTEN_MS = { 500, 2000, 5000 }, 180000
local crashes, crashed = 0, 0 -- how many came in a row, and when the last one did
local resting = false -- whether none is started now: after a crash, and once it was given up

--- A client without a server, for the buffers of one that crashed, until the next is there: Neovim
--- ceases for good to watch a buffer that changes while it has no client.
local KEEPER = { name = 'glm_ls-keeper', cmd = function(dispatchers)
  local function request(_, _, answer) return true, answer(nil, { capabilities = {} }) end
  local function terminate() dispatchers.on_exit(0, 0) end
  local function no() return false end
  return { request = request, notify = no, is_closing = no, terminate = terminate }
end }

local function give_up(reason)
  if resting then return end
  resting = true
  status.set('Error', 'stopped', reason)
  -- Later, because an error message in an autocommand is an error of it.
  vim.schedule(function() status.say('glm-ls: ' .. reason, vim.log.levels.ERROR) end)
end

local function resume()
  resting = false
  if lsp.is_enabled('glm_ls') then lsp.enable('glm_ls') end
  for _, keeper in ipairs(lsp.get_clients({ name = KEEPER.name })) do keeper:stop(true) end
end

local function rest_after_crash(id, how)
  if vim.v.exiting ~= vim.NIL then return end
  for buf in pairs(lsp.get_client_by_id(id).attached_buffers) do lsp.start(KEEPER, { bufnr = buf }) end
  local now = vim.uv.now()
  crashes, crashed = now - crashed > FORGOTTEN_MS and 1 or crashes + 1, now
  local pause = PAUSES_MS[crashes]
  local reason = ('it stopped %d times in a row (%s), :checkhealth glm_ls'):format(crashes, how)
  if not pause then return give_up(reason) end
  resting = true
  status.set('Warning', 'restarting', 'The server stopped; it is started again')
  vim.defer_fn(resume, pause)
end

--- Has a buffer served, by a server that runs for its workspace or a new one.
function M.start(buf)
  if resting then return end
  local config, id = vim.deepcopy(lsp.config.glm_ls), nil
  local cmd, how = config.cmd, { cwd = config.cmd_cwd, env = config.cmd_env, detached = config.detached }
  config.root_dir = vim.fs.root(buf, config.root_markers)
  config.cmd = function(dispatchers)
    local exited = dispatchers.on_exit
    dispatchers.on_exit = vim.schedule_wrap(function(code, signal)
      local by = signal ~= 0 and 'signal ' .. signal or 'exit code ' .. code
      if id and (code ~= 0 or signal ~= 0 and signal ~= 15) then rest_after_crash(id, by) end
      exited(0, 0) -- Neovim would complain of each crash, where we tell of the last
    end)
    return type(cmd) == 'function' and cmd(dispatchers, config) or lsp.rpc.start(cmd, dispatchers, how)
  end
  id = lsp.start(config, { bufnr = buf, reuse_client = config.reuse_client, silent = true })
  if not id then give_up('it does not start, :checkhealth glm_ls') end
end

--- Tells that nothing is served because the program is missing: Neovim says nothing.
function M.check()
  local cmd = lsp.is_enabled('glm_ls') and lsp.config.glm_ls.cmd
  if type(cmd) == 'table' and vim.fn.executable(cmd[1]) == 0 then
    give_up(('there is no program %s, :help glm_ls-install'):format(cmd[1]))
  end
end

--- Starts afresh, whatever ran before.
function M.restart()
  crashes = 0
  lsp.enable('glm_ls', false)
  vim.wait(2000, function() return #lsp.get_clients({ name = 'glm_ls' }) == 0 end, 20)
  lsp.enable('glm_ls')
  resume()
  M.check()
end

return M
