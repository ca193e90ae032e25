/* sample configuration and the manual's option list, from the table */
#ifndef CORE_CONF_PRINT_H
#define CORE_CONF_PRINT_H

#endif
