--- What is asked of the server about the cursor's place: after a pause, one request at a time.
---
--- An answer holds as long as nobody asks anew or stops, and the buffer is as it was.

local api, lsp = vim.api, vim.lsp

local AUTOMATIC = 2

--- Returns functions to ask, to stop, which also clears the namespace, and to get the last answer.
---@param hear fun(asked: { client: vim.lsp.Client, buf: integer, result: table })
---@param is_busy? fun(client: vim.lsp.Client): boolean whether it has to wait for another pause
return function(method, pause_ms, namespace, hear, is_busy)
  local timer = assert(vim.uv.new_timer())
  local last
  local M = {}

  --- Returns the last question if its answer is there and holds.
  function M.heard()
    local is_now = last and last.buf == api.nvim_get_current_buf() and last.tick == vim.b.changedtick
    return is_now and last.result and last or nil
  end

  function M.stop()
    timer:stop()
    api.nvim_buf_clear_namespace(0, namespace, 0, -1)
    if last and last.client.requests[last.request] then last.client:cancel_request(last.request) end
    last = nil
  end

  local function ask()
    local client = lsp.get_clients({ name = 'glm_ls', bufnr = 0 })[1]
    if not client then return end
    if is_busy and is_busy(client) then return M.later() end
    local asked = { client = client, buf = api.nvim_get_current_buf(), tick = vim.b.changedtick }
    local params = lsp.util.make_position_params(0, client.offset_encoding)
    params.textDocument.version = lsp.util.buf_versions[asked.buf]
    params.context = { triggerKind = AUTOMATIC }
    last = asked
    _, asked.request = client:request(method, params, function(_, result)
      asked.result = result
      if M.heard() == asked then hear(asked) end
    end)
  end

  function M.later()
    M.stop()
    timer:start(pause_ms, 0, vim.schedule_wrap(ask))
  end

  return M
end
