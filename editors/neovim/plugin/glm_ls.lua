if vim.fn.has('nvim-0.11') == 0 or vim.g.loaded_glm_ls then return end
require('glm_ls')
require('glm_ls.commands')
