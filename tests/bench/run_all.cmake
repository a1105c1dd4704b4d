# SPDX-License-Identifier: Apache-2.0
# cmake -DPROGRAMS="a;b -c" -P run_all.cmake: runs each, whatever becomes of the others, and fails if
# one has failed.
foreach(program ${PROGRAMS})
  separate_arguments(words UNIX_COMMAND ${program})
  list(GET words -1 name)
  get_filename_component(name ${name} NAME)
  message("== ${name}")
  execute_process(COMMAND ${words} RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    list(APPEND failed ${name})
  endif()
endforeach()
if(failed)
  list(JOIN failed ", " names)
  message(FATAL_ERROR "missed its target or failed: ${names}")
endif()
