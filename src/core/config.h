/* one immutable generation, validated whole */
#ifndef CORE_CONFIG_H
#define CORE_CONFIG_H

#endif
