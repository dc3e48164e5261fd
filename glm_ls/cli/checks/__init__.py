"""What `glm-ls doctor` looks at: values out, one module per thing that can be wrong."""
