// SPDX-License-Identifier: Apache-2.0
// notify TEXT: sends the text to the socket in NOTIFY_SOCKET, as sd_notify(3) does.
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

int main(int argc, char **argv)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const char *path = getenv("NOTIFY_SOCKET");
	int socket_ = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (argc != 2 || !path || strlen(path) >= sizeof(address.sun_path))
		return 2;
	strcpy(address.sun_path, path);
	return sendto(socket_, argv[1], strlen(argv[1]), 0, (struct sockaddr *)&address, sizeof(address)) < 0;
}
