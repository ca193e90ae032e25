/* Basic header, {SHA}, comparison in constant time */
#ifndef CORE_AUTH_H
#define CORE_AUTH_H

#endif
