// SPDX-License-Identifier: Apache-2.0
// The collector asks for 100 settings at its start. Each is looked up in the environment, which is not read (boot.c), and then in the
// executable. Here those that the executable lacks are answered first (decision 34).
#include <stdbool.h>
#include <stdint.h>

// What the compiler embeds: a count, the names, then the values.
struct settings {
    int32_t count;
    const char *names[];
};

// Of --runtimeopt, by the collector's private names, and of RuntimeHostConfigurationOption, by public ones (Publish.props).
extern const struct settings g_compilerEmbeddedSettingsBlob, g_compilerEmbeddedKnobsBlob;

static bool has(const struct settings *settings, const char *name)
{
    for (int32_t i = 0; name && i < settings->count; i++) {
        const char *one = settings->names[i], *other = name;
        while (*one && *one == *other)
            one++, other++;
        if (*one == *other)
            return true;
    }
    return false;
}

static bool embedded(const char *private, const char *public)
{
    return has(&g_compilerEmbeddedSettingsBlob, private) || has(&g_compilerEmbeddedKnobsBlob, public);
}

bool __real__ZN15GCToEEInterface17GetIntConfigValueEPKcS1_Pl(const char *private, const char *public, int64_t *value);
bool __wrap__ZN15GCToEEInterface17GetIntConfigValueEPKcS1_Pl(const char *private, const char *public, int64_t *value)
{
    return embedded(private, public) && __real__ZN15GCToEEInterface17GetIntConfigValueEPKcS1_Pl(private, public, value);
}

bool __real__ZN15GCToEEInterface21GetBooleanConfigValueEPKcS1_Pb(const char *private, const char *public, bool *value);
bool __wrap__ZN15GCToEEInterface21GetBooleanConfigValueEPKcS1_Pb(const char *private, const char *public, bool *value)
{
    return embedded(private, public) && __real__ZN15GCToEEInterface21GetBooleanConfigValueEPKcS1_Pb(private, public, value);
}
