// Chinese: the replies that people read. Sorted by the English texts, octet by octet.
#include <algorithm>

#include "protocol/catalogue_tables.hpp"

namespace ferry {
namespace {

constexpr Translation table[] = {
    {"ABOR done.", "ABOR 已执行。"},
    {"Already exists.", "已存在。"},
    {"Already logged in; send USER to log in as somebody else.", "已登录；要以其他用户登录，请发送 USER。"},
    {"Command line too long.", "命令行过长。"},
    {"Command okay.", "命令已执行。"},
    {"Data connection ended without close_notify; transfer aborted.",
     "数据连接未发送 close_notify 即结束，传输已中止。"},
    {"Data connection lost; transfer aborted.", "数据连接丢失，传输已中止。"},
    {"Data connections are in clear from now on.", "此后数据连接不加密。"},
    {"Data connections are protected from now on.", "此后数据连接受保护。"},
    {"Data connections go to your own address only.", "数据连接只能指向您自己的地址。"},
    {"Data connections must be protected here: send PROT P first.", "此处数据连接必须受保护：请先发送 PROT P。"},
    {"Directory not empty.", "目录非空。"},
    {"Directory removed.", "目录已删除。"},
    {"End of status", "状态结束"},
    {"Extensions supported:", "支持的扩展："},
    {"File busy, try again later.", "文件正忙，请稍后再试。"},
    {"File deleted.", "文件已删除。"},
    {"File name not allowed.", "不允许使用此文件名。"},
    {"File status okay; about to open data connection.", "文件状态正常，即将打开数据连接。"},
    {"Goodbye.", "再见。"},
    {"Host accepted.", "已接受该主机。"},
    {"Idle for too long, closing control connection.", "空闲时间过长，正在关闭控制连接。"},
    {"Internal error, closing control connection.", "内部错误，正在关闭控制连接。"},
    {"Listing follows.", "列表如下。"},
    {"Local error, nothing was changed.", "本地错误，未作任何更改。"},
    {"Log in with USER and PASS first.", "请先用 USER 和 PASS 登录。"},
    {"Logins are not possible at present, closing control connection.", "目前无法登录，正在关闭控制连接。"},
    {"Mode changed.", "权限已更改。"},
    {"No data connection came about.", "未能建立数据连接。"},
    {"No passive port is free, try again later.", "没有空闲的被动端口，请稍后再试。"},
    {"No space left on the server.", "服务器空间不足。"},
    {"No such directory.", "没有该目录。"},
    {"No such file or directory.", "没有该文件或目录。"},
    {"Not a directory.", "不是目录。"},
    {"Not a plain file.", "不是普通文件。"},
    {"Not logged in.", "未登录。"},
    {"Not needed here.", "此处不需要。"},
    {"Opening data connection ({} bytes).", "正在打开数据连接（{} 字节）。"},
    {"Passwords must be protected here: send AUTH TLS first.", "此处密码必须受保护：请先发送 AUTH TLS。"},
    {"Permission denied.", "权限不足。"},
    {"Quota exceeded.", "超出配额。"},
    {"Renamed.", "已重命名。"},
    {"Replies are in the default language.", "回复使用默认语言。"},
    {"Replies are in this language.", "回复使用中文。"},
    {"Restart point is beyond the end.", "续传位置超出文件末尾。"},
    {"Restart point is {}; send RETR or STOR.", "续传位置为 {}；请发送 RETR 或 STOR。"},
    {"Send PASV, EPSV, PORT or EPRT first.", "请先发送 PASV、EPSV、PORT 或 EPRT。"},
    {"Send RNFR first.", "请先发送 RNFR。"},
    {"Send RNTO with the new name.", "请用 RNTO 发送新名称。"},
    {"Send USER first.", "请先发送 USER。"},
    {"Server status:", "服务器状态："},
    {"Service ready.", "服务就绪。"},
    {"Status follows:", "状态如下："},
    {"Syntax error, command unrecognized.", "语法错误，无法识别的命令。"},
    {"The TLS handshake of the data connection failed.", "数据连接的 TLS 握手失败。"},
    {"The data connection must resume the TLS session of this control connection.",
     "数据连接必须恢复此控制连接的 TLS 会话。"},
    {"The root cannot be removed.", "不能删除根目录。"},
    {"The root cannot be renamed.", "不能重命名根目录。"},
    {"The service ends, closing control connection.", "服务即将停止，正在关闭控制连接。"},
    {"There is no space for so much.", "没有足够的空间。"},
    {"These SITE commands are known:", "可用的 SITE 命令："},
    {"These commands are known:", "可用命令："},
    {"This host is not known here.", "此处没有该主机。"},
    {"This language is not known here.", "此处不支持该语言。"},
    {"This storage cannot do that.", "此存储不支持该操作。"},
    {"Too many entries for STAT; send LIST.", "条目过多，STAT 无法列出；请发送 LIST。"},
    {"Too many entries; ask for fewer of them.", "条目过多；请缩小范围。"},
    {"Too many failed logins, closing control connection.", "登录失败次数过多，正在关闭控制连接。"},
    {"Transfer aborted, the service ends.", "服务即将停止，传输已中止。"},
    {"Transfer aborted.", "传输已中止。"},
    {"Transfer complete.", "传输完成。"},
    {"Transfer timed out.", "传输超时。"},
    {"Unknown SITE command; see SITE HELP.", "未知的 SITE 命令；请参阅 SITE HELP。"},
    {"Unknown command {}.", "未知命令 {}。"},
    {"User logged in by the TLS certificate.", "用户已通过 TLS 证书登录。"},
    {"User logged in.", "用户已登录。"},
    {"User name okay, need password.", "用户名已接受，需要密码。"},
    {"{} created.", "{} 已创建。"},
    {"{} is the current directory.", "{} 是当前目录。"},
    {"{} needs an argument.", "{} 需要参数。"},
    {"{} takes no argument.", "{} 不接受参数。"},
};

// Catalogue::translate searches by halving.
static_assert(std::ranges::adjacent_find(table, std::ranges::greater_equal{}, &Translation::english) ==
              std::ranges::end(table));

}  // namespace

std::span<const Translation> chinese_translations() { return table; }

}  // namespace ferry
