# a network
variable "region" {
  default = "eu"
}
locals {
  name = "net-${var.region}"
}
module "network" {
  source = "./modules/network"
  region = var.region
}
resource "aws_instance" "web" {
  ami = data.aws_ami.base.id
  tags = merge(local.tags, { Name = local.name })
}
output "address" { value = aws_instance.web.public_ip }
