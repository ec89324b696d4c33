// AuditKeyHandle: the binding of audit keys.
#ifndef KEYSTEAD_BINDING_AUDIT_KEY_H_
#define KEYSTEAD_BINDING_AUDIT_KEY_H_

#include <napi.h>

#include "core/audit_key.h"
#include "handle.h"

namespace keystead {

struct AuditKeyObject {
  static constexpr HandleKind kKind = HandleKind::kAuditKey;
  static constexpr char kName[] = "audit key";
  AuditKey key;
};

void ExportAuditKey(Napi::Env env, Napi::Object exports);

}  // namespace keystead

#endif  // KEYSTEAD_BINDING_AUDIT_KEY_H_
