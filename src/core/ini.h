/* inih without its length limits; the configuration dialect; file and line of every option */
#ifndef CORE_INI_H
#define CORE_INI_H

#endif
