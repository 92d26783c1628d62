// sync_wait under the name that tests know it by.
#pragma once

#include <ferry/sync_wait.hpp>
