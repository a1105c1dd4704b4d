# SPDX-License-Identifier: Apache-2.0
# cmake -DPROGRAMS="a;b" -P run_all.cmake: runs each, whatever becomes of the others, and fails if
# one has failed.
foreach(program ${PROGRAMS})
  get_filename_component(name ${program} NAME)
  message("== ${name}")
  execute_process(COMMAND ${program} RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    list(APPEND failed ${name})
  endif()
endforeach()
if(failed)
  list(JOIN failed ", " names)
  message(FATAL_ERROR "missed its target or failed: ${names}")
endif()
