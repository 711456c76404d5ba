# Who may include whom: the layers of the style guide. Both the build (a module links only its row)
# and tools/check_layers.py (a file includes only from its row) read this table.

set(TILL_LAYER_core)
set(TILL_LAYER_math       core)
set(TILL_LAYER_warehouse  core)
set(TILL_LAYER_log        core warehouse)
set(TILL_LAYER_insight    core math warehouse log)
set(TILL_LAYER_history    core warehouse log)
set(TILL_LAYER_models     core math)
set(TILL_LAYER_evaluation core math history models)
set(TILL_LAYER_charts     core insight models evaluation)
set(TILL_LAYER_engine     core math warehouse log insight history models evaluation charts)
set(TILL_LAYER_cli        engine charts core)
set(TILL_LAYER_golden     core math models)

set(TILL_MODULES core math warehouse log insight history models evaluation charts engine)
