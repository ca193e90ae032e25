/* difference of two generations */
#ifndef CORE_CONFIG_DIFF_H
#define CORE_CONFIG_DIFF_H

#endif
