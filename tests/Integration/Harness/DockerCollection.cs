// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Harness;

[CollectionDefinition(DockerFixture.Name)]
public sealed class DockerCollection : ICollectionFixture<DockerFixture>;
