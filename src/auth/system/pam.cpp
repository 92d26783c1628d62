// PAM's part of passwords.hpp. Where the library is built without PAM, nobody is accepted.
#include <ferry/system_users.hpp>

#include "auth/system/passwords.hpp"

#ifdef FERRY_HAS_PAM

#include <security/pam_appl.h>

#include <cstdlib>
#include <cstring>
#include <memory>

namespace ferry {

namespace {

// What a module asks: a prompt that hides the answer is for the password; nothing else can be answered here.
int converse(int count, const pam_message** messages, pam_response** responses, void* password) {
  if (count <= 0 || count > PAM_MAX_NUM_MSG) return PAM_CONV_ERR;
  // PAM frees them, so they come from malloc.
  auto* const answers = static_cast<pam_response*>(std::calloc(static_cast<std::size_t>(count), sizeof(pam_response)));
  if (!answers) return PAM_BUF_ERR;
  for (int i = 0; i < count; ++i) {
    if (messages[i]->msg_style == PAM_ERROR_MSG || messages[i]->msg_style == PAM_TEXT_INFO) continue;
    if (messages[i]->msg_style == PAM_PROMPT_ECHO_OFF)
      answers[i].resp = ::strdup(static_cast<const Secret*>(password)->reveal().c_str());
    if (answers[i].resp) continue;
    for (int done = 0; done < i; ++done) std::free(answers[done].resp);
    std::free(answers);
    return PAM_CONV_ERR;
  }
  *responses = answers;
  return PAM_SUCCESS;
}

// The server itself delays its answer, without keeping a thread for it.
void no_delay(int, unsigned, void*) {}

struct End {
  void operator()(pam_handle_t* handle) const { ::pam_end(handle, PAM_SUCCESS); }
};

}  // namespace

bool has_pam() { return true; }

bool pam_accepts(const std::string& service, const std::string& directory, const LoginRequest& request) {
  if (request.password.reveal().find('\0') != std::string::npos) return false;
  Secret password = request.password;
  const pam_conv conversation{.conv = converse, .appdata_ptr = &password};
  pam_handle_t* started = nullptr;
  if (::pam_start_confdir(service.c_str(), request.user.c_str(), &conversation,
                          directory.empty() ? nullptr : directory.c_str(), &started) != PAM_SUCCESS)
    return false;
  const std::unique_ptr<pam_handle_t, End> handle(started);
  const std::string peer = request.peer.text();
  if (::pam_set_item(handle.get(), PAM_FAIL_DELAY, reinterpret_cast<const void*>(&no_delay)) != PAM_SUCCESS ||
      ::pam_set_item(handle.get(), PAM_RHOST, peer.c_str()) != PAM_SUCCESS ||
      ::pam_set_item(handle.get(), PAM_TTY, "ftp") != PAM_SUCCESS)
    return false;
  constexpr int flags = PAM_SILENT | PAM_DISALLOW_NULL_AUTHTOK;
  if (::pam_authenticate(handle.get(), flags) != PAM_SUCCESS) return false;
  if (::pam_acct_mgmt(handle.get(), flags) != PAM_SUCCESS) return false;
  // A module may have found out that this is somebody else; the account that was looked up is of the name that was
  // given.
  const void* user = nullptr;
  return ::pam_get_item(handle.get(), PAM_USER, &user) == PAM_SUCCESS && user &&
         request.user == static_cast<const char*>(user);
}

}  // namespace ferry

#else

namespace ferry {

bool has_pam() { return false; }
bool pam_accepts(const std::string&, const std::string&, const LoginRequest&) { return false; }

}  // namespace ferry

#endif
