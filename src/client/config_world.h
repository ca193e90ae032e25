/* What core asks of the world while it checks a configuration: environment, names, users, directories. */
#ifndef CLIENT_CONFIG_WORLD_H
#define CLIENT_CONFIG_WORLD_H

struct config_world;

/* The world as it is now. */
struct config_world *config_world_real(void);
void config_world_free(struct config_world *world);
/* "/" when it cannot be told. The caller frees it. */
char *config_current_directory(void);
/* "~" replaced, made absolute, without "." and "..". The caller frees
   it. */
char *config_absolute_path(const struct config_world *world, const char *path);

#endif
