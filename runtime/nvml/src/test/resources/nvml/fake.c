// A libnvidia-ml of two devices, as far as Windlass asks one: the first tells all, the second little.
// -DNO_DRIVER: there is no driver behind it. -DWITHOUT_POWER: of an age before the function.
#include <string.h>

enum { SUCCESS = 0, NOT_SUPPORTED = 3, UNKNOWN_DEVICE = 6, NO_DRIVER_LOADED = 9, LOST = 15 };
typedef struct { unsigned int gpu, memory; } utilization;
typedef struct { unsigned long long total, free, used; } memory;
static int devices[3] = {0, 1, 2};
static int open = 0;

int nvmlInit_v2(void) {
#ifdef NO_DRIVER
  return NO_DRIVER_LOADED;
#else
  open++;
  return SUCCESS;
#endif
}

int nvmlShutdown(void) { return open-- > 0 ? SUCCESS : UNKNOWN_DEVICE; }

#ifndef WITHOUT_COUNT
int nvmlDeviceGetCount_v2(unsigned int *count) {
  *count = 3;
  return open > 0 ? SUCCESS : UNKNOWN_DEVICE;
}
#endif

// The third has fallen off the bus.
int nvmlDeviceGetHandleByIndex_v2(unsigned int index, void **device) {
  *device = &devices[index];
  return index < 2 ? SUCCESS : LOST;
}

int nvmlDeviceGetUUID(void *device, char *text, unsigned int length) {
  if (length < 96) return UNKNOWN_DEVICE;
  strcpy(text, *(int *)device == 0 ? "GPU-4d6b0c3e-0000-1111-2222-333344445555" : "GPU-second");
  return SUCCESS;
}

// As on a device that is divided into instances.
int nvmlDeviceGetUtilizationRates(void *device, utilization *rates) {
  rates->gpu = 87;
  rates->memory = 41;
  return *(int *)device == 0 ? SUCCESS : NOT_SUPPORTED;
}

int nvmlDeviceGetMemoryInfo(void *device, memory *info) {
  info->total = 85899345920ull;
  info->used = *(int *)device == 0 ? 64424509440ull : 0;
  info->free = info->total - info->used;
  return SUCCESS;
}

#ifndef WITHOUT_POWER
int nvmlDeviceGetPowerUsage(void *device, unsigned int *milliwatts) {
  *milliwatts = 412500;
  return *(int *)device == 0 ? SUCCESS : LOST;
}
#endif

int nvmlDeviceGetTemperature(void *device, int sensor, unsigned int *degrees) {
  *degrees = 63;
  return sensor == 0 && *(int *)device == 0 ? SUCCESS : NOT_SUPPORTED;
}
