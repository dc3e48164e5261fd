--- The server's life: started for a buffer, started again after a crash, and given up in one message.

local lsp = vim.lsp
local status = require('glm_ls.status')
local M = {}

local PAUSES_MS = { 500, 2000, 5000 }
local FORGOTTEN_MS = 180000
local FAILED = 'it does not start, :checkhealth glm_ls'

--- How many crashes came in a row, and when the last one did.
local crashes, crashed = 0, 0
--- Whether no server is started now: after a crash, and once it was given up.
local resting = false

--- A client without a server. Neovim ceases for good to watch a buffer that changes while it has
--- no client, so this one stays with the buffers of a server that crashed until the next is there.
local KEEPER = {
  name = 'glm_ls-keeper',
  cmd = function(dispatchers)
    local function request(_, _, callback) return true, callback(nil, { capabilities = {} }) end
    local function terminate() dispatchers.on_exit(0, 0) end
    local function no() return false end
    return { request = request, notify = no, is_closing = no, terminate = terminate }
  end,
}

local function give_up(reason)
  if resting then return end
  resting = true
  status.set('Error', 'stopped', reason)
  -- Later, because an error message in an autocommand is an error of it.
  vim.schedule(function() status.say('glm-ls: ' .. reason, vim.log.levels.ERROR) end)
end

--- Starts servers for all buffers that want one.
local function resume()
  resting = false
  if lsp.is_enabled('glm_ls') then lsp.enable('glm_ls') end
  for _, keeper in ipairs(lsp.get_clients({ name = KEEPER.name })) do keeper:stop(true) end
end

local function rest_after_crash(client_id, how)
  if vim.v.exiting ~= vim.NIL then return end
  for buf in pairs(lsp.get_client_by_id(client_id).attached_buffers) do lsp.start(KEEPER, { bufnr = buf }) end
  local now = vim.uv.now()
  crashes, crashed = now - crashed > FORGOTTEN_MS and 1 or crashes + 1, now
  local pause = PAUSES_MS[crashes]
  if not pause then return give_up(('it stopped %d times in a row (%s), :checkhealth glm_ls'):format(crashes, how)) end
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
      if code ~= 0 or signal ~= 0 and signal ~= 15 then rest_after_crash(id, by) end
      exited(0, 0) -- Neovim would complain of each crash, where we tell of the last
    end)
    return type(cmd) == 'function' and cmd(dispatchers, config) or lsp.rpc.start(cmd, dispatchers, how)
  end
  id = lsp.start(config, { bufnr = buf, reuse_client = config.reuse_client, silent = true })
  if not id then give_up(FAILED) end
end

--- Returns the name of the program if it is missing.
function M.missing()
  local cmd = lsp.config.glm_ls.cmd
  return type(cmd) == 'table' and vim.fn.executable(cmd[1]) == 0 and cmd[1] or nil
end

--- Tells that a buffer is not served because the program is missing: Neovim says nothing.
function M.check(buf)
  if not lsp.is_enabled('glm_ls') or vim.bo[buf].buftype ~= '' or not M.missing() then return end
  local filetypes = lsp.config.glm_ls.filetypes
  if filetypes and not vim.tbl_contains(filetypes, vim.bo[buf].filetype) then return end
  give_up(('there is no program %s, :help glm_ls-install'):format(M.missing()))
end

--- Starts afresh, whatever ran before.
function M.restart()
  crashes = 0
  lsp.enable('glm_ls', false)
  vim.wait(2000, function() return #lsp.get_clients({ name = 'glm_ls' }) == 0 end, 20)
  resting = false
  lsp.enable('glm_ls')
  resume()
  M.check(vim.api.nvim_get_current_buf())
end

return M
