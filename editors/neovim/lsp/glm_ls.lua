--- How Neovim starts glm-ls, for `vim.lsp.enable('glm_ls')`.
---
--- Without `filetypes` it serves every buffer that has a file type; the setting
--- `completion.languages_off` leaves some out.

---@type vim.lsp.Config
return {
  cmd = { 'glm-ls' },
  root_markers = { '.glm-ls.toml', '.git' },
  workspace_required = false,
  handlers = require('glm_ls.status').handlers,
}
