/* typed values: sizes, signals, exit codes, octal, lists */
#ifndef CORE_VALUES_H
#define CORE_VALUES_H

#endif
